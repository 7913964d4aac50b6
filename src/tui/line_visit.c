/* Line mode of a learner in a class. */
#include "tui/line_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void say_question(struct line *line, const struct study_ask *ask)
{
    line_say_spans(line, ask->head[4] ? "Vote again: " : "Vote: ", ask->prompt, ask->prompt_count);
    for (size_t i = 0; i < ask->option_count; i++) {
        char head[] = "  A. ";
        head[2] = (char)('A' + i % 26);
        line_say_spans(line, head, ask->options[i].spans, ask->options[i].span_count);
    }
    for (size_t i = 0; i < ask->stem_count; i++)
        line_sayf(line, "  %zu: %s\n", i + 1, ask->stems[i]);
}

/* "b", "2", "a c": positions. */
static bool read_options(const char *typed, size_t options, size_t *chosen, size_t *count)
{
    struct str rest = str_of(typed), word;
    *count = 0;
    while ((word = str_word(&rest)).length) {
        int64_t number;
        char c = word.text[0];
        if (!str_integer(word, &number))
            number = word.length != 1       ? 0
                     : c >= 'a' && c <= 'z' ? c - 'a' + 1
                     : c >= 'A' && c <= 'Z' ? c - 'A' + 1
                                            : 0;
        if (number < 1 || (size_t)number > options || *count >= FIELDS_LIST_MOST)
            return false;
        chosen[(*count)++] = (size_t)number - 1;
    }
    return *count > 0;
}

static void answer(struct line *line, struct visit *visit, const char *typed)
{
    struct err err;
    size_t chosen[FIELDS_LIST_MOST];
    struct study_answer answer = {.text = typed, .chosen = chosen};
    enum form form = visit->ask.form;
    if (form != FORM_TEXT && form != FORM_NUMBER &&
        !read_options(typed, visit->ask.option_count, chosen, &answer.count))
        line_say(line, form == FORM_PAIRS
                           ? "For each row in turn the letter of its partner, as in: b a c\n"
                           : "The letter of an option, or several: b, or a c\n");
    else if (!visit_answer(visit, &answer, &err))
        line_sayf(line, "%s\n", err.text);
}

static void say(struct line *line, struct visit *visit, uint64_t *said)
{
    struct buf status = {0};
    if (visit_ask(visit)) {
        if (*said != visit->ask_serial)
            say_question(line, &visit->ask);
        *said = visit->ask_serial;
        visit_status(visit, &status);
        if (pupil_left_ms(&visit->pupil) >= 0)
            buf_add(&status, status.length ? "; " : "");
        scene_add_time(pupil_left_ms(&visit->pupil), pupil_is_ticking(&visit->pupil), &status);
    } else {
        struct grid grid;
        struct layout layout = line_begin(line, &grid);
        visit_lay_out(visit, &layout);
        line_finish(line, &layout);
        buf_add(&status, visit_link(visit));
    }
    if (status.length)
        line_sayf(line, "(%s)\n", buf_text(&status));
    buf_free(&status);
}

/* Words of a member; where any word may be an answer they begin with a colon. True: it was one. */
static bool member_word(struct line *line, struct visit *visit, const char *typed)
{
    bool text = pupil_may_answer(&visit->pupil) &&
                (visit->ask.form == FORM_TEXT || visit->ask.form == FORM_NUMBER);
    size_t chapter, section, step;
    const char *votes = pupil_may_answer(&visit->pupil) ? ":" : "";
    if (*typed == ':')
        typed++;
    else if (text)
        return false;
    if (strcmp(typed, "?") == 0)
        line_sayf(
            line,
            "The letter of an option answers, or several; an open question takes your words.\n"
            "%slost says that you are lost, %sslow says that it is too slow, both without your "
            "name; again takes it back.\n"
            "roam reads on by yourself where the instructor lets you. q leaves the class.\n",
            votes, votes);
    else if (strcmp(typed, "lost") == 0)
        line_sayf(line, "%s\n", visit_say_pace(visit, PACE_LOST));
    else if (strcmp(typed, "slow") == 0 || strcmp(typed, "too slow") == 0)
        line_sayf(line, "%s\n", visit_say_pace(visit, PACE_SLOW));
    else if (strcmp(typed, "roam") == 0 && visit_may_roam(visit) &&
             visit_find_step(visit, &chapter, &section, &step)) {
        study_open(&line->study, chapter, section, step);
        line_study(line);
        line->ended = line->ended && feof(stdin); /* q goes back to the class */
        if (!line->ended)
            line_say(line, "You are back in the class.\n");
    } else {
        return false;
    }
    return true;
}

static const char *prompt(const struct visit *visit)
{
    return pupil_may_answer(&visit->pupil) ? "Your answer, :lost, :slow or [q]uit: "
           : visit_may_roam(visit)         ? "roam (read on by yourself), lost, slow or [q]uit: "
           : visit->pupil.stage == PUPIL_SEATED ? "lost, slow or [q]uit: "
                                                : "[q]uit: ";
}

void line_visit(struct line *line, struct visit *visit)
{
    uint64_t said = 0;
    line->visit = visit;
    if (*visit->notice)
        line_sayf(line, "(%s)\n", visit->notice);
    for (;;) {
        enum pupil_stage stage = visit->pupil.stage;
        say(line, visit, &said);
        if (line->ended || stage == PUPIL_REFUSED || stage == PUPIL_REMOVED || stage == PUPIL_OVER)
            break;
        const char *typed = line_ask(line, prompt(visit));
        if (!typed)
            continue;
        if (strcmp(typed, "q") == 0)
            break;
        if (member_word(line, visit, typed))
            continue;
        if (pupil_may_answer(&visit->pupil) && visit_ask(visit) && *typed)
            answer(line, visit, typed);
    }
}
