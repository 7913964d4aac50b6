#include "demos/count.h"

#include <assert.h>
#include <gmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *count_power_of_two(struct arena *arena, unsigned long exponent)
{
    assert(exponent <= COUNT_POWER_MOST);
    mpz_t number;
    mpz_init(number);
    mpz_setbit(number, exponent);
    /* Room for a sign and the NUL, as mpz_get_str asks. */
    char *text = arena_alloc(arena, mpz_sizeinbase(number, 10) + 2);
    mpz_get_str(text, 10, number);
    mpz_clear(number);
    return text;
}

const char *count_short(struct arena *arena, const char *digits)
{
    enum { WHOLE_MOST = 13 };
    size_t length = strlen(digits);
    if (length <= WHOLE_MOST)
        return digits;
    /* Seventeen digits of it round to four as all of them do; 9.9999... carries into 10. */
    char head[20];
    snprintf(head, sizeof head, "%c.%.16s", digits[0], digits + 1);
    size_t exponent = length - 1;
    double mantissa = strtod(head, NULL);
    if (mantissa >= 9.9995) {
        mantissa /= 10;
        exponent++;
    }
    return arena_printf(arena, "%.3fe%zu (%zu digits)", mantissa, exponent, length);
}
