/* Numbers as people write them. */
#include "draw/chart.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Takes the zeros off the end of a decimal fraction, and the point with them. */
static void strip_zeros(char *text)
{
    if (!strchr(text, '.'))
        return;
    size_t length = strlen(text);
    while (text[length - 1] == '0')
        length--;
    if (text[length - 1] == '.')
        length--;
    text[length] = '\0';
}

void chart_number(struct buf *out, double value, int digits)
{
    if (isnan(value)) {
        buf_add(out, "not a number");
        return;
    }
    if (isinf(value)) {
        buf_add(out, value < 0 ? "-infinity" : "infinity");
        return;
    }
    digits = digits < 1 ? 1 : digits > 17 ? 17 : digits;
    /* The exponent after rounding: 999.96 has four digits as 1000, not as 999. */
    char text[64];
    snprintf(text, sizeof text, "%.*e", digits - 1, value);
    char *mark = strchr(text, 'e');
    int exponent = atoi(mark + 1);
    if (value == 0) {
        buf_add_char(out, '0');
    } else if (exponent >= -3 && exponent < 7) {
        int decimals = digits - 1 - exponent;
        snprintf(text, sizeof text, "%.*f", decimals < 0 ? 0 : decimals, value);
        strip_zeros(text);
        buf_add(out, text);
    } else {
        *mark = '\0';
        strip_zeros(text);
        buf_addf(out, "%se%d", text, exponent);
    }
}
