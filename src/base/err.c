#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>

bool err_set(struct err *err, const char *format, ...)
{
    if (!err)
        return false;
    va_list args;
    va_start(args, format);
    int length = vsnprintf(err->text, sizeof err->text, format, args);
    va_end(args);
    if (length >= (int)sizeof err->text) {
        /* Cut a long sentence between characters, not inside one. */
        size_t end = sizeof err->text - 1;
        while (end > 0 && ((unsigned char)err->text[end - 1] & 0xC0) == 0x80)
            end--;
        if (end > 0 && (unsigned char)err->text[end - 1] >= 0xC0)
            end--;
        err->text[end] = '\0';
    }
    return false;
}
