/* nntutor convert: a quiz in another format. */
#include "cmd/cmd.h"

#include "base/file.h"
#include "grade/convert.h"

#include <stdio.h>
#include <string.h>

static const char *format_name(const void *list, size_t i)
{
    (void)list;
    return quiz_format_name(i);
}

/* A format by what --to or --from says; NULL with a usage error printed. */
static const struct quiz_format *find_format(const struct cmd_call *call, const char *option,
                                             bool reads)
{
    const char *name = call_option(call, option);
    const struct quiz_format *format = quiz_format_find(name);
    if (format && (!reads || format->read))
        return format;
    size_t count = 0;
    while (quiz_format_name(count))
        count++;
    const char *near = reads ? NULL : str_nearest(name, NULL, count, format_name);
    call_usage(call, "--%s=%.40s: must be %s%s%s%s", option, name,
               reads ? "gift, moodlexml or aiken"
                     : "gift, moodlexml, text2qti, blackboard, aiken, json or handout",
               near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
    return NULL;
}

static bool read_quiz(struct quiz *quiz, struct arena *arena, const char *path,
                      const struct quiz_format *from, struct findings *findings, struct err *err)
{
    struct buf bytes = {0};
    bool good = file_read(path, &bytes, err);
    if (good && memchr(buf_text(&bytes), '\0', bytes.length))
        good = err_set(err, "%s: is no text", path);
    if (good) {
        if (!from)
            from = quiz_format_of(buf_text(&bytes), bytes.length);
        good = from->read(quiz, arena, path, buf_text(&bytes), bytes.length, findings) ||
               err_set(err, "%s: cannot be read", path);
    }
    buf_free(&bytes);
    return good;
}

enum exit_code cmd_convert(const struct cmd_call *call)
{
    const struct quiz_format *to, *from = NULL;
    if (!call->count)
        return call_usage(call, "which file?");
    if (!call_option(call, "to"))
        return call_usage(call, "to which format? --to gift, for example");
    if (!(to = find_format(call, "to", false)) ||
        (call_option(call, "from") && !(from = find_format(call, "from", true))))
        return EXIT_USAGE;
    if (to->one_quiz && call->count > 1)
        return call_usage(call, "one file at a time with --to %s", to->name);
    struct arena arena;
    struct findings findings;
    struct buf text = {0}, said = {0};
    struct err err;
    arena_init(&arena);
    findings_init(&findings, &arena);
    struct conversion conversion = {
        .findings = &findings, .format = to->name, .no_key = call_flag(call, "no-key")};
    enum exit_code code = EXIT_GOOD;
    for (int i = 0; code == EXIT_GOOD && i < call->count; i++) {
        struct quiz quiz;
        if (read_quiz(&quiz, &arena, call->arguments[i], from, &findings, &err))
            to->write(&quiz, &conversion, &text);
        else
            code = call_fail(EXIT_CANNOT, "%s", err.text);
    }
    for (size_t i = 0; i < findings.count; i++)
        finding_print(&findings.list[i], &said);
    fputs(buf_text(&said), stderr);
    if (code == EXIT_GOOD && !file_write("-", buf_text(&text), text.length, &err))
        code = call_fail(EXIT_WRITE, "%s", err.text);
    if (code == EXIT_GOOD && findings_count(&findings, SEVERITY_ERROR))
        code = EXIT_NO;
    buf_free(&text);
    buf_free(&said);
    arena_free(&arena);
    return code;
}
