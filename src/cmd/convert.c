/* nntutor convert: a quiz in another format. */
#include "cmd/cmd.h"

#include "base/file.h"

#include <stdio.h>
#include <string.h>

enum exit_code cmd_convert(const struct cmd_call *call)
{
    const char *to = call_option(call, "to");
    if (!call->count)
        return call_usage(call, "which file?");
    if (!to)
        return call_usage(call, "to which format? --to gift or --to json");
    bool json = strcmp(to, "json") == 0;
    if (!json && strcmp(to, "gift") != 0)
        return call_usage(call, "--to=%.40s: must be gift or json", to);
    if (json && call->count > 1)
        return call_usage(call, "one file at a time with --to json");
    struct arena arena;
    struct findings findings;
    struct buf text = {0}, said = {0};
    struct err err;
    arena_init(&arena);
    findings_init(&findings, &arena);
    enum exit_code code = EXIT_GOOD;
    for (int i = 0; code == EXIT_GOOD && i < call->count; i++) {
        struct quiz quiz;
        if (!gift_read_file(&quiz, &arena, call->arguments[i], GIFT_GRADE, &findings, &err))
            code = call_fail(EXIT_CANNOT, "%s", err.text);
        else if (json)
            quiz_write_json(&quiz, &text);
        else
            gift_write(&quiz, &text);
    }
    for (size_t i = 0; i < findings.count; i++)
        finding_print(&findings.list[i], &said);
    fputs(buf_text(&said), stderr);
    if (json && text.length && text.data[text.length - 1] != '\n')
        buf_add(&text, "\n");
    if (code == EXIT_GOOD && !file_write("-", buf_text(&text), text.length, &err))
        code = call_fail(EXIT_WRITE, "%s", err.text);
    if (code == EXIT_GOOD && findings_count(&findings, SEVERITY_ERROR))
        code = EXIT_NO;
    buf_free(&text);
    buf_free(&said);
    arena_free(&arena);
    return code;
}
