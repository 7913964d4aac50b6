#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static FILE *log_file;

bool log_open(const char *path, struct err *err)
{
    log_close();
    log_file = fopen(path, "ae");
    if (!log_file)
        return err_set(err, "%s: cannot write the log: %s", path, strerror(errno));
    setvbuf(log_file, NULL, _IOLBF, 0);
    return true;
}

void log_close(void)
{
    if (log_file)
        fclose(log_file);
    log_file = NULL;
}

void log_line(const char *format, ...)
{
    if (!log_file)
        return;
    va_list args;
    va_start(args, format);
    vfprintf(log_file, format, args);
    va_end(args);
    fputc('\n', log_file);
}
