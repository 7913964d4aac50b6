#include "demos/count.h"

#include <assert.h>
#include <gmp.h>
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
    return arena_printf(arena, "%c.%.3se%zu (%zu digits)", digits[0], digits + 1, length - 1,
                        length);
}
