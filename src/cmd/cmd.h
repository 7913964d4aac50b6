/* cmd/cmd.h: the subcommands: one table, one file each.
 *
 * From the table come the help, the man page and the shell completions. Here, and in tui/line.c, is
 * the only code that prints; here exit codes are decided. */
#ifndef CMD_CMD_H
#define CMD_CMD_H

#include "base/err.h"
#include "base/str.h"
#include "course/course.h"
#include "tui/tui.h"

#include <stdbool.h>
#include <stddef.h>

enum exit_code {
    EXIT_GOOD = 0,
    EXIT_NO = 1,     /* the answer, the score, the lint or some records say no */
    EXIT_USAGE = 2,  /* nothing ran */
    EXIT_CANNOT = 3, /* cannot read or cannot start */
    EXIT_WRITE = 4,  /* cannot write */
};

struct option_spec {
    const char *name;     /* "width": --width */
    const char *argument; /* "N"; NULL: a switch */
    const char *help;
};

struct cmd_call;

struct cmd {
    const char *name;
    const char *synopsis;              /* what follows the name */
    const char *help;                  /* one sentence, then detail, lines of at most 76 columns */
    const struct option_spec *options; /* ends with a NULL name; may be NULL */
    enum exit_code (*run)(const struct cmd_call *call);
};

enum { CALL_MOST_OPTIONS = 64 };

/* A command line, read. */
struct cmd_call {
    const struct cmd *cmd;
    int count; /* positional arguments */
    char **arguments;
    struct {
        const char *name, *value;
    } options[CALL_MOST_OPTIONS];
    size_t option_count;
    bool utf8; /* the user's locale can show it */
};

extern const struct cmd cmds[];
extern const size_t cmd_count;
extern const struct option_spec common_options[];

/* The value of an option; "" for a switch; NULL: not given. */
const char *call_option(const struct cmd_call *call, const char *name);
bool call_flag(const struct cmd_call *call, const char *name);
/* A whole number option within [least, most]; false with a usage error printed. */
bool call_number(const struct cmd_call *call, const char *name, int64_t least, int64_t most,
                 int64_t *value);

/* A command by its name; NULL with a usage error printed. */
const struct cmd *call_find(const char *name);

/* The whole program. */
int cmd_main(int argc, char **argv);

/* What commands share: the course, opened; the store; what the faces need. */
bool call_course(const struct cmd_call *call, struct course *course, enum exit_code *code);
/* False: a usage error was printed, and no store was opened. */
bool call_session(const struct cmd_call *call, struct session *session, struct course *course,
                  bool store);
/* Gives back what call_session made; call_study does so itself. */
void call_end(struct session *session);
/* Says why the store of a session cannot be read, or not be written; returns the exit code. */
enum exit_code call_no_store(const struct session *session);
bool call_store_path(const struct cmd_call *call, struct buf *path, struct err *err);
bool call_class_path(const struct cmd_call *call, struct buf *path, struct err *err);
/* Runs a session on the screen or in lines, as the terminal allows. */
enum exit_code call_study(const struct cmd_call *call, struct session *session,
                          const struct start *start);
bool call_plain(const struct cmd_call *call); /* lines, not a screen */
bool call_ascii(const struct cmd_call *call);
enum color_choice call_color(const struct cmd_call *call);

/* A sentence on standard error, as `nntutor: ...`; returns the code. */
enum exit_code call_fail(enum exit_code code, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* A usage error: the sentence, then how to get help. */
enum exit_code call_usage(const struct cmd_call *call, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Text to standard output, in ASCII where the locale needs it; EXIT_WRITE where it cannot. */
enum exit_code call_print(const struct cmd_call *call, const struct buf *text);

enum exit_code cmd_study(const struct cmd_call *call);
enum exit_code cmd_show(const struct cmd_call *call);
enum exit_code cmd_demo(const struct cmd_call *call);
enum exit_code cmd_quiz(const struct cmd_call *call);
enum exit_code cmd_review(const struct cmd_call *call);
enum exit_code cmd_present(const struct cmd_call *call);
enum exit_code cmd_host(const struct cmd_call *call);
enum exit_code cmd_join(const struct cmd_call *call);
enum exit_code cmd_notes(const struct cmd_call *call);
enum exit_code cmd_progress(const struct cmd_call *call);
enum exit_code cmd_check(const struct cmd_call *call);
enum exit_code cmd_grade(const struct cmd_call *call);
enum exit_code cmd_stats(const struct cmd_call *call);
enum exit_code cmd_convert(const struct cmd_call *call);
enum exit_code cmd_help(const struct cmd_call *call);

void help_command(const struct cmd *cmd, struct buf *out);
void help_all(struct buf *out);

#endif
