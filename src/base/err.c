#include "base/err.h"

#include "base/utf8.h"

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
    if (length >= (int)sizeof err->text)
        err->text[utf8_whole(err->text, sizeof err->text - 1)] = '\0';
    return false;
}
