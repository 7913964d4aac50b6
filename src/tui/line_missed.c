/* Line mode: what one can do about a question that was missed. */
#include "tui/line_parts.h"

#include <string.h>

/* A session within the session; the question waits as it was. */
static void look_up(struct line *line, const struct course_place *place)
{
    struct study kept = line->study;
    uint64_t said = line->said;
    study_init(&line->study, kept.course, kept.clock, kept.log, kept.log_user, kept.seed);
    line->study.done = &line->session->done;
    line->study.store = kept.store;
    line->study.visiting = true;
    line->said = 0;
    line_say(line, "(b goes back to the question.)\n");
    study_open(&line->study, place->chapter, place->section, place->step);
    line_study(line);
    study_free(&line->study);
    line->study = kept;
    line->said = said;
    if (!line->ended)
        line_say(line, "\nBack at the question.\n");
}

bool line_undo(struct line *line)
{
    struct study *study = &line->study;
    struct review empty = {0}, *review = line->review ? line->review : &empty;
    struct buf said = {0};
    bool sure = study->stage == STUDY_SURE, done = study_undo(study);
    if (done)
        buf_add(&said, sure ? "Not locked in." : "Taken back.");
    else
        done = review_undo(review, study, &said) == REVIEW_TAKEN_BACK;
    line->said = done ? 0 : line->said;
    line_sayf(line, "%s\n", buf_text(&said));
    buf_free(&said);
    return done;
}

void line_teach_prompt(struct line *line, struct buf *out)
{
    const struct study *study = &line->study;
    const struct course_taught *taught = &study->ask.taught;
    if (study->visiting || study->aloud)
        return;
    if (taught->has_text)
        buf_addf(out, "[b] read %s ", study->ask.section);
    if (taught->has_demo)
        buf_add(out, "[d]emo ");
}

bool line_teach(struct line *line, const char *typed)
{
    const struct study *study = &line->study;
    const struct course_taught taught = study->ask.taught;
    if (study->visiting || study->aloud)
        return false;
    bool read = strcmp(typed, "b") == 0 || strcmp(typed, "r") == 0;
    if (read && taught.has_text)
        look_up(line, &taught.text);
    else if (strcmp(typed, "d") == 0 && taught.link)
        line_demo(line, taught.link);
    else if (strcmp(typed, "d") == 0 && taught.has_demo)
        look_up(line, &taught.demo);
    else
        return false;
    return true;
}

void line_say_sure_but_wrong(struct line *line)
{
    const struct study *study = &line->study;
    const struct study_feedback *feedback = &study->feedback;
    bool demo = study->ask.taught.has_demo && !study->visiting && !study->aloud;
    if (!feedback->sure_but_wrong || feedback->mark.state == MARK_RIGHT)
        return;
    if (demo)
        line_say_text(line, "See for yourself first: d shows the demo. ",
                      feedback->promise ? feedback->promise : "");
    else if (feedback->promise)
        line_say_text(line, "", feedback->promise);
}

/* Whoever leaves after the last answer of a quiz has finished it. */
static void leave(struct line *line)
{
    const struct study *study = &line->study;
    line->ended = true;
    if (study->in_quiz && !study->feedback.retry && study->item + 1 == study->item_count)
        study_next(&line->study);
}

/* Where any word may be the second answer a command begins with a colon. */
static enum line_taken command(struct line *line, const char *typed, bool retry)
{
    bool words = retry && line->study.ask.form == FORM_TEXT;
    if (words && strchr("/Bb[]", *typed))
        return LINE_OTHER;
    return line_everywhere(line, words && *typed == ':' ? typed + 1 : typed);
}

static bool is_dash(const char *typed)
{
    return strcmp(typed, "-") == 0 || strcmp(typed, ":-") == 0;
}

/* The line in hand is the next one, too; a dash leaves a question of any kind. */
static void answer_next(struct line *line, bool dash)
{
    line->again = true;
    if (!dash)
        return;
    buf_clear(&line->clean);
    buf_add(&line->clean, line->study.ask.form == FORM_TEXT ? ":-" : "-");
}

void line_missed(struct line *line)
{
    struct study *study = &line->study;
    bool retry = study->feedback.retry;
    enum line_taken taken;
    while (!line->ended) {
        struct buf prompt = {0};
        buf_add(&prompt, retry ? "Your answer again ([n] shows the question) " : "[n]ext ");
        line_teach_prompt(line, &prompt);
        buf_add(&prompt, "[u]ndo [q]uit: ");
        const char *typed = line_ask(line, buf_text(&prompt));
        buf_free(&prompt);
        if (!typed && !line->ended)
            return;
        if (!typed || strcmp(typed, "q") == 0 || strcmp(typed, "quit") == 0) {
            leave(line);
        } else if (!*typed || strcmp(typed, "n") == 0) {
            line_next(line);
            return;
        } else if (line_teach(line, typed)) {
            continue;
        } else if ((taken = command(line, typed, retry)) != LINE_OTHER) {
            if (taken == LINE_MOVED)
                return;
        } else if (retry || is_dash(typed)) {
            /* it answers what comes next */
            line_next(line);
            answer_next(line, is_dash(typed));
            if (retry) /* it was read a moment ago */
                line->said = study->ask.serial;
            return;
        } else {
            line_say(line, "n goes on, b reads about it, d shows its demo, u takes the answer "
                           "back.\n");
        }
    }
}

void line_before(struct line *line)
{
    struct study *study = &line->study;
    line_sayf(line, "%s\n", study->ask.head);
    line_say(line, "Last time this one misled you:\n");
    line_say_spans(line, "", study->ask.prompt, study->ask.prompt_count);
    while (!line->ended) {
        const char *typed = line_ask(line, "[d] its demo first [n] answer it now [q]uit: ");
        if (!typed)
            return;
        if (!*typed || strcmp(typed, "n") == 0) {
            study_next(study);
            return;
        }
        if (line_teach(line, typed))
            continue;
        enum line_taken taken = line_everywhere(line, typed);
        if (taken == LINE_MOVED)
            return;
        if (taken == LINE_OTHER)
            line_say(line, "d shows its demo, n asks the question.\n");
    }
}
