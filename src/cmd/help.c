/* nntutor help: from the tables, for people, for man(1), and for shells. */
#include "cmd/cmd.h"

#include "draw/text.h"

#include <stdio.h>
#include <string.h>

enum { HELP_WIDTH = 79, HELP_COLUMN = 23 };

/* A name and its explanation beside it, wrapped so that no terminal breaks it. */
static void add_row(struct buf *out, const char *name, const char *help)
{
    struct grid grid;
    grid_init(&grid, HELP_WIDTH, 1);
    int y = (int)strlen(name) + 3 > HELP_COLUMN; /* a long name stands above */
    if (y)
        grid_resize(&grid, HELP_WIDTH, 2);
    grid_put(&grid, 2, 0, STYLE(ROLE_TEXT), name);
    text_wrap_plain(&grid, y,
                    (struct text_box){.x = HELP_COLUMN, .width = HELP_WIDTH - HELP_COLUMN},
                    STYLE(ROLE_TEXT), help);
    grid_print_text(&grid, false, out);
    grid_free(&grid);
}

static void add_options(struct buf *out, const struct option_spec *options)
{
    for (; options && options->name; options++) {
        char name[64];
        snprintf(name, sizeof name, "--%s%s%s", options->name, options->argument ? " " : "",
                 options->argument ? options->argument : "");
        add_row(out, name, options->help);
    }
}

void help_command(const struct cmd *cmd, struct buf *out)
{
    buf_addf(out, "nntutor %s%s%s%s\n\n%s\n", cmd->name, cmd->options ? " [OPTIONS]" : "",
             *cmd->synopsis ? " " : "", cmd->synopsis, cmd->help);
    if (cmd->options) {
        buf_add(out, "\nOptions\n");
        add_options(out, cmd->options);
    }
    buf_add(out, "\nCommon options\n");
    add_options(out, common_options);
}

/* The first sentence of a help text, as far as the first newline. */
static int first_line(const char *text)
{
    return (int)strcspn(text, "\n");
}

static const char exit_codes[] = "  0  good\n"
                                 "  1  the answer, the score, the check or some records say no\n"
                                 "  2  usage: nothing ran\n"
                                 "  3  cannot read or cannot start\n"
                                 "  4  cannot write\n";

void help_all(struct buf *out)
{
    buf_add(out, "nntutor [OPTIONS] [COMMAND]\n\n"
                 "Learn why deep networks train: predict, then run the real mathematics.\n"
                 "Without a command it opens the tutor where you left off.\n\nCommands\n");
    for (size_t i = 0; i < cmd_count; i++) {
        struct buf line = {0};
        buf_add_n(&line, cmds[i].help, (size_t)first_line(cmds[i].help));
        add_row(out, cmds[i].name, buf_text(&line));
        buf_free(&line);
    }
    buf_add(out, "\nOptions\n");
    add_options(out, common_options);
    buf_add(out, "\nExit codes\n");
    buf_add(out, exit_codes);
    buf_add(out, "\n`nntutor help COMMAND` explains one.\n");
}

/* ---- the man page ----------------------------------------------------------------------------------- */

/* Text in roff: a dash is a minus, a backslash stays one, no line begins with a dot. */
static void add_roff(struct buf *out, const char *text)
{
    bool start = true;
    for (; *text; text++) {
        if (start && (*text == '.' || *text == '\''))
            buf_add(out, "\\&");
        if (*text == '-')
            buf_add(out, "\\-");
        else if (*text == '\\')
            buf_add(out, "\\e");
        else
            buf_add_char(out, *text);
        start = *text == '\n';
    }
}

/* A command's help; lines that begin with a blank are an example, and stand as they are. */
static void man_help(struct buf *out, const char *help)
{
    struct str rest = str_of(help), line;
    bool example = false;
    while (str_line(&rest, &line)) {
        bool indented = line.length && line.text[0] == ' ';
        if (indented != example)
            buf_add(out, indented ? ".nf\n" : ".fi\n");
        example = indented;
        if (!line.length) {
            buf_add(out, ".PP\n");
            continue;
        }
        struct buf text = {0};
        buf_add_n(&text, line.text, line.length);
        add_roff(out, buf_text(&text));
        buf_add(out, "\n");
        buf_free(&text);
    }
    if (example)
        buf_add(out, ".fi\n");
}

static void man_options(struct buf *out, const struct option_spec *options)
{
    for (; options && options->name; options++) {
        buf_add(out, ".TP\n.B ");
        struct buf name = {0};
        buf_addf(&name, "--%s", options->name);
        add_roff(out, buf_text(&name));
        buf_free(&name);
        if (options->argument) {
            buf_add(out, " \\fI");
            add_roff(out, options->argument);
            buf_add(out, "\\fR");
        }
        buf_add(out, "\n");
        add_roff(out, options->help);
        buf_add(out, "\n");
    }
}

static void man_page(struct buf *out)
{
    buf_add(out, ".TH NNTUTOR 1 \"\" \"nntutor 0.1\" \"User Commands\"\n"
                 ".SH NAME\nnntutor \\- learn why deep networks train, in a terminal\n"
                 ".SH SYNOPSIS\n.B nntutor\n[\\fIoptions\\fR] [\\fIcommand\\fR]\n"
                 ".SH DESCRIPTION\n"
                 "nntutor steps through chapters on dropout, normalisation and residual\n"
                 "connections, runs live demonstrations, and asks you to predict each before it\n"
                 "runs. What you answer is kept; without a command it goes on where you left off.\n"
                 ".PP\nOn a terminal it uses the whole screen; press ? there for the keys. With\n"
                 ".BR \\-\\-plain ,\nwith TERM=dumb, or without a terminal it works line by line.\n"
                 ".SH COMMANDS\n");
    for (size_t i = 0; i < cmd_count; i++) {
        buf_addf(out, ".SS nntutor %s ", cmds[i].name);
        add_roff(out, cmds[i].synopsis);
        buf_add(out, "\n");
        man_help(out, cmds[i].help);
        man_options(out, cmds[i].options);
    }
    buf_add(out, ".SH OPTIONS\n");
    man_options(out, common_options);
    buf_add(out, ".SH EXIT STATUS\n.nf\n");
    add_roff(out, exit_codes);
    buf_add(out, ".fi\n.SH FILES\n.TP\n.I $XDG_DATA_HOME/nntutor/progress.db\n"
                 "what you answered (SQLite)\n"
                 ".SH ENVIRONMENT\n.TP\n.B NNTUTOR_COURSE\nthe course's folder\n"
                 ".TP\n.B NNTUTOR_PLAIN\nnot empty: always line by line\n"
                 ".TP\n.B NO_COLOR\nnot empty: no colours\n");
}

/* ---- completions ---------------------------------------------------------------------------------------- */

static void option_words(struct buf *out, const struct option_spec *options)
{
    for (; options && options->name; options++)
        buf_addf(out, " --%s", options->name);
}

static void demo_words(struct buf *out)
{
    for (size_t i = 0; i < demo_count; i++)
        buf_addf(out, " %s", demos[i]->name);
}

static void bash_completion(struct buf *out)
{
    buf_add(out, "# bash completion for nntutor\n_nntutor() {\n"
                 "    local cur=${COMP_WORDS[COMP_CWORD]} cmd= word i\n"
                 "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
                 "        word=${COMP_WORDS[i]}\n"
                 "        case $word in -*) ;; *) cmd=$word; break ;; esac\n"
                 "    done\n    local words=\n    case $cmd in\n");
    buf_add(out, "    '') words='");
    for (size_t i = 0; i < cmd_count; i++)
        buf_addf(out, "%s%s", i ? " " : "", cmds[i].name);
    option_words(out, common_options);
    buf_add(out, "' ;;\n");
    for (size_t i = 0; i < cmd_count; i++) {
        buf_addf(out, "    %s) words='", cmds[i].name);
        option_words(out, cmds[i].options);
        option_words(out, common_options);
        if (cmds[i].run == cmd_demo)
            demo_words(out);
        buf_add(out, "' ;;\n");
    }
    buf_add(out, "    esac\n"
                 "    COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
                 "    case $cmd in check | convert | grade | quiz | stats) COMPREPLY+=($(compgen "
                 "-f -- \"$cur\")) ;; esac\n"
                 "}\ncomplete -F _nntutor nntutor\n");
}

static void zsh_completion(struct buf *out)
{
    buf_add(out, "#compdef nntutor\nlocal -a words\nlocal cmd=${words[2]}\n"
                 "case ${(Q)words[2]} in\n");
    for (size_t i = 0; i < cmd_count; i++) {
        buf_addf(out, "%s) compadd --", cmds[i].name);
        option_words(out, cmds[i].options);
        option_words(out, common_options);
        if (cmds[i].run == cmd_demo)
            demo_words(out);
        buf_add(out, "; _files ;;\n");
    }
    buf_add(out, "*) compadd --");
    for (size_t i = 0; i < cmd_count; i++)
        buf_addf(out, " %s", cmds[i].name);
    option_words(out, common_options);
    buf_add(out, " ;;\nesac\n");
}

/* A fish string: only ' and \ are special in it. */
static void fish_text(struct buf *out, const char *text, int length)
{
    buf_add_char(out, '\'');
    for (int i = 0; i < length; i++) {
        if (text[i] == '\'' || text[i] == '\\')
            buf_add_char(out, '\\');
        buf_add_char(out, text[i]);
    }
    buf_add_char(out, '\'');
}

static void fish_options(struct buf *out, const char *cmd, const struct option_spec *options)
{
    for (; options && options->name; options++) {
        buf_add(out, "complete -c nntutor");
        if (cmd)
            buf_addf(out, " -n '__fish_seen_subcommand_from %s'", cmd);
        buf_addf(out, " -l %s%s -d ", options->name, options->argument ? " -r" : "");
        fish_text(out, options->help, (int)strlen(options->help));
        buf_add(out, "\n");
    }
}

static void fish_completion(struct buf *out)
{
    for (size_t i = 0; i < cmd_count; i++) {
        buf_addf(out, "complete -c nntutor -n __fish_use_subcommand -a %s -d ", cmds[i].name);
        fish_text(out, cmds[i].help, first_line(cmds[i].help));
        buf_add(out, "\n");
        fish_options(out, cmds[i].name, cmds[i].options);
    }
    fish_options(out, NULL, common_options);
    buf_add(out, "complete -c nntutor -n '__fish_seen_subcommand_from demo' -a '");
    demo_words(out);
    buf_add(out, "'\n");
}

enum exit_code cmd_help(const struct cmd_call *call)
{
    struct buf text = {0};
    const char *shell = call_option(call, "completion");
    if (call->count > 1)
        return call_usage(call, "one command at a time");
    if (call_flag(call, "man")) {
        man_page(&text);
    } else if (shell && strcmp(shell, "bash") == 0) {
        bash_completion(&text);
    } else if (shell && strcmp(shell, "zsh") == 0) {
        zsh_completion(&text);
    } else if (shell && strcmp(shell, "fish") == 0) {
        fish_completion(&text);
    } else if (shell) {
        return call_usage(call, "--completion=%.40s: must be bash, zsh or fish", shell);
    } else if (!call->count) {
        help_all(&text);
    } else {
        const struct cmd *found = call_find(call->arguments[0]);
        if (!found)
            return EXIT_USAGE;
        help_command(found, &text);
    }
    enum exit_code code = call_print(call, &text);
    buf_free(&text);
    return code;
}
