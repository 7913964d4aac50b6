/* Line mode: a session, stage by stage. */
#include "tui/classroom.h"
#include "tui/line_parts.h"

#include <stdio.h>
#include <string.h>

/* "2", "b": a position; SIZE_MAX for neither. */
static size_t position_of(struct str word, size_t count)
{
    int64_t number;
    size_t position = SIZE_MAX;
    if (str_integer(word, &number))
        position = number >= 1 ? (size_t)number - 1 : SIZE_MAX;
    else if (word.length == 1 && word.text[0] >= 'A' && word.text[0] <= 'Z')
        position = (size_t)(word.text[0] - 'A');
    else if (word.length == 1 && word.text[0] >= 'a' && word.text[0] <= 'z')
        position = (size_t)(word.text[0] - 'a');
    return position < count ? position : SIZE_MAX;
}

/* "1 3", "1,3", "a c". False: a word is no option. */
static bool positions_of(const char *text, size_t options, size_t *chosen, size_t most,
                         size_t *count)
{
    char copy[512];
    snprintf(copy, sizeof copy, "%s", text);
    for (char *p = copy; *p; p++)
        if (strchr(",;<", *p))
            *p = ' ';
    struct str rest = str_of(copy), word;
    *count = 0;
    while ((word = str_word(&rest)).length) {
        size_t position = position_of(word, options);
        if (position == SIZE_MAX || *count >= most)
            return false;
        chosen[(*count)++] = position;
    }
    return true;
}

static void say_options(struct line *line, const struct study_ask *asked)
{
    for (size_t i = 0; i < asked->option_count; i++) {
        char head[40];
        snprintf(head, sizeof head, "  %zu. ", i + 1);
        line_say_spans(line, head, asked->options[i].spans, asked->options[i].span_count);
    }
}

/* Commands that move on or away. True: it was one. */
static bool command(struct line *line, const char *typed, bool free_text)
{
    if (free_text) { /* any word may be an answer: commands begin with a colon */
        if (typed[0] != ':')
            return false;
        typed++;
    }
    if (strcmp(typed, "q") == 0 || strcmp(typed, "quit") == 0) {
        line->ended = true;
        return true;
    }
    bool jumped;
    if (line_present_command(line, typed) || line_find(line, typed, &jumped))
        return true;
    if (strcmp(typed, "s") == 0 && line->study.ask.can_watch)
        return study_watch(&line->study);
    if (strcmp(typed, "p") == 0 && !line->study.in_quiz) {
        if (!study_back(&line->study))
            line_say(line, "This is the first step of the chapter.\n");
        return true;
    }
    if (strcmp(typed, "b") == 0 && line->study.visiting) {
        line->study.stage = STUDY_DONE;
        return true;
    }
    if (strcmp(typed, "u") == 0) {
        line_undo(line);
        return true;
    }
    if (strcmp(typed, "anew") == 0 && study_begin_anew(&line->study))
        return true;
    if (strcmp(typed, "-") == 0 && !line->study.ask.can_watch)
        return study_skip(&line->study);
    return false;
}

static void give(struct line *line, const struct study_answer *answer)
{
    struct err err;
    if (!study_answer(&line->study, answer, &err))
        line_sayf(line, "%s.\n", err.text);
}

/* Says the pairs that stay, from the i-th stem on; the first that wants a partner. */
static size_t next_pair(struct line *line, const struct study_ask *asked, size_t *chosen, size_t i)
{
    for (; asked->kept && i < asked->stem_count && asked->kept[i] != SIZE_MAX; i++) {
        const struct study_option *option = &asked->options[chosen[i] = asked->kept[i]];
        line_sayf(line, "%s -> %s (right)\n", asked->stems[i],
                  study_plain_text(&line->frame, option->spans, option->span_count));
    }
    return i;
}

static void ask_pairs(struct line *line, const struct study_ask *asked)
{
    size_t *chosen = memory_alloc((asked->stem_count + 1) * sizeof *chosen);
    size_t i = next_pair(line, asked, chosen, 0);
    while (i < asked->stem_count && !line->ended && line->study.stage == STUDY_ASK) {
        line_sayf(line, "%s", asked->stems[i]);
        const char *typed = line_ask(line, " -> ");
        if (!typed || command(line, typed, false))
            break;
        if (line_look_up(line, typed, false))
            continue;
        chosen[i] = position_of(str_of(typed), asked->option_count);
        if (chosen[i] == SIZE_MAX)
            line_sayf(line, "Type a number from 1 to %zu, or - to leave the question.\n",
                      asked->option_count);
        else
            i = next_pair(line, asked, chosen, i + 1);
    }
    if (i == asked->stem_count)
        give(line, &(struct study_answer){.chosen = chosen, .count = i});
    memory_free(chosen);
}

static void ask_lines(struct line *line)
{
    struct buf text = {0};
    buf_add(&text, study_draft(&line->study));
    if (text.length)
        line_sayf(line, "So far you wrote:\n%s\n", buf_text(&text));
    line_say(line,
             "(End with a line that holds only a full stop; :- leaves it unanswered, :q quits.)\n");
    for (;;) {
        const char *typed = line_ask(line, "| ");
        if (!typed || strcmp(typed, ".") == 0)
            break;
        if (line_look_up(line, typed, true))
            continue;
        if (command(line, typed, true)) {
            buf_free(&text);
            return;
        }
        buf_addf(&text, "%s%s", text.length ? "\n" : "", typed);
        study_keep_draft(&line->study, buf_text(&text));
    }
    if (!line->ended && line->study.stage == STUDY_ASK && line->study.ask.lines)
        give(line, &(struct study_answer){.text = buf_text(&text)});
    buf_free(&text);
}

static void say_model(struct line *line)
{
    const struct study_feedback *feedback = &line->study.feedback;
    if (feedback->general_count)
        line_say_spans(line, "A model answer: ", feedback->general, feedback->general_count);
}

static const char *prompt_of(const struct study_ask *asked)
{
    if (asked->kind == STUDY_PREDICT)
        return asked->form == FORM_ORDER
                   ? "Your order, the smallest first (such as 2 1 3; s watches, ? helps)? "
                   : "Your prediction (s watches without one, ? helps)? ";
    if (asked->kind == STUDY_TICKS)
        return "Numbers of the ideas that were there (such as 1 3; Enter for none)? ";
    if (asked->form == FORM_CHOOSE_MANY)
        return "Your answer (several may be right, such as 1 3; ? helps)? ";
    if (asked->form == FORM_ORDER)
        return "Your order (such as 2 1 3; ? helps)? ";
    if (asked->form == FORM_TEXT)
        return "Your answer (:- leaves it unanswered, :q quits, :? helps)? ";
    return "Your answer (? helps)? ";
}

static void say_question(struct line *line, const struct study_ask *asked)
{
    char head[96];
    bool question = asked->kind == STUDY_QUESTION;
    if (asked->kind == STUDY_TICKS)
        say_model(line);
    if (question)
        line_sayf(line, "%s\n", asked->head);
    snprintf(head, sizeof head, "%.60s%s", question ? "" : asked->head, question ? "" : ": ");
    line_say_spans(line, head, asked->prompt, asked->prompt_count);
    if (asked->note)
        line_sayf(line, "(%s)\n", asked->note);
    if (asked->hint)
        line_say_text(line, "Hint: ", asked->hint);
    say_options(line, asked);
}

static void stage_ask(struct line *line)
{
    const struct study_ask *asked = &line->study.ask;
    bool free_text = asked->form == FORM_TEXT;
    bool numbers = asked->form == FORM_CHOOSE_MANY || asked->form == FORM_ORDER;
    if (line->said != asked->serial)
        say_question(line, asked);
    line->said = asked->serial;
    if (asked->form == FORM_PAIRS) {
        ask_pairs(line, asked);
        return;
    }
    if (asked->lines) {
        if (line->present)
            line_present_aloud(line);
        else
            ask_lines(line);
        return;
    }
    const char *typed = line_ask(line, prompt_of(asked));
    if (!typed || line_look_up(line, typed, free_text) || command(line, typed, free_text))
        return;
    size_t chosen[64], count = 0;
    struct study_answer answer = {.text = typed, .chosen = chosen};
    if (asked->form != FORM_TEXT && asked->form != FORM_NUMBER) {
        if (!positions_of(typed, asked->option_count, chosen, 64, &count)) {
            line_sayf(line, "Type %s from 1 to %zu.\n", numbers ? "numbers" : "a number",
                      asked->option_count);
            return;
        }
        answer.count = count;
        if (!count && asked->kind != STUDY_TICKS) {
            line_say(line, "Type a number, - to leave it, or q to quit.\n");
            return;
        }
    }
    give(line, &answer);
}

static void stage_sure(struct line *line)
{
    const char *typed = line_ask(line, "How sure, 1 to 3 (Enter skips, u takes it back)? ");
    if (!typed)
        return;
    if (!*typed) {
        study_sure(&line->study, 0);
        return;
    }
    if (line_everywhere(line, typed) != LINE_OTHER)
        return;
    if (typed[1] || typed[0] < '1' || typed[0] > '3')
        line_say(line, "1 is a guess, 2 unsure, 3 sure.\n");
    else
        study_sure(&line->study, typed[0] - '0');
}

/* ---- what is shown --------------------------------------------------------------------------------------- */

static void say_step(struct line *line)
{
    const struct study *study = &line->study;
    const struct step *step = study_step(study);
    const struct section *section = study_section(study);
    if (!step)
        return;
    line_sayf(line, "\n%d %s > %s %s (step %zu of %zu)\n", study_chapter(study)->number,
              study_chapter(study)->title, section->number, section->title, study->step + 1,
              section->step_count);
    struct grid grid;
    struct layout layout = line_begin(line, &grid);
    layout_blocks(&layout, step->blocks, step->block_count);
    if (step->directive && step->directive->kind == DIRECTIVE_MYTH) {
        layout_gap(&layout, step->block_count > 0);
        layout_myth(&layout, step->directive);
        if (step->directive->see_for_yourself)
            layout_textf(&layout, ROLE_TEXT, "See for yourself: nntutor demo %s",
                         step->directive->see_for_yourself);
    } else if (step->directive && step->directive->kind == DIRECTIVE_SOURCES) {
        layout_gap(&layout, step->block_count > 0);
        layout_text(&layout, ROLE_TEXT, "Sources");
        layout_blocks(&layout, step->directive->blocks, step->directive->block_count);
    }
    line_finish(line, &layout);
    if (study->run_error)
        line_sayf(line, "This demo cannot run: %s\n", study->run_error);
    if (study->unasked)
        line_say_text(line, "", study->unasked);
    if (study->has_run && study->stage == STUDY_ASK && study->ask.kind == STUDY_PREDICT) {
        struct buf words = {0};
        study->run.demo->describe(&study->run, &words);
        line_say_markdown(line, "Demo: ", buf_text(&words));
        buf_free(&words);
    }
}

static void say_run(struct line *line)
{
    struct buf words = {0};
    line->study.run.demo->describe(&line->study.run, &words);
    line_say_markdown(line, "", buf_text(&words));
    buf_free(&words);
}

static void say_outcome(struct line *line)
{
    const struct study *study = &line->study;
    for (size_t i = 0; i < study->prediction_count; i++) {
        const struct study_prediction *p = &study->predictions[i];
        if (p->stopped)
            line_sayf(line, "%s\n", study_verdict(p));
        else if (p->watched ||
                 (study->sees_name_you && study->prediction_count == 1 && !p->earlier))
            line_sayf(line, "It was %s. %s\n", p->was, study_verdict(p));
        else if (p->ask->kind == ASK_NUMBER)
            line_sayf(line, "You %s %s; it was %s. %s\n", p->earlier ? "predicted" : "said",
                      p->said, p->was, study_verdict(p));
        else
            line_sayf(line, "You %s: %s\nIt was: %s\n%s\n", p->earlier ? "predicted" : "said",
                      p->said, p->was, study_verdict(p));
        if (p->slip)
            line_sayf(line, "%s\n", p->slip);
        if (p->shown)
            line_sayf(line, "%s\n", p->shown);
    }
    for (size_t i = 0; i < study->see_count; i++)
        line_say_markdown(line, "", study->sees[i]);
    say_run(line);
    const struct directive *demo = study_step(study)->directive;
    for (size_t i = 0; i < demo->watch_count; i++)
        line_say_markdown(line, "Watch: ", demo->watch[i]);
}

/* Before a run that takes its time: what was locked in at an earlier visit. */
static void say_predicted(struct line *line)
{
    const struct study *study = &line->study;
    for (size_t i = 0; i < study->prediction_count && !study->ran; i++)
        if (study->predictions[i].earlier)
            line_sayf(line, "You predicted %s.\n", study->predictions[i].said);
}

static void say_knobs(struct line *line)
{
    const struct demo_args *args = &line->study.args;
    for (size_t i = 0; i < args->demo->knob_count; i++) {
        struct buf knob = {0};
        demo_knob_describe(&args->demo->knobs[i], &knob);
        buf_add(&knob, "; now ");
        demo_value_write(&args->demo->knobs[i], &args->knob[i], &knob);
        line_sayf(line, "  %s\n", buf_text(&knob));
        buf_free(&knob);
    }
}

/* What was typed, as a change to the demo: "seed=8", "p=0.3"; "" for none. */
static bool read_change(struct line *line, const char *typed, char *out, size_t size)
{
    if (strcmp(typed, "r") == 0) {
        snprintf(out, size, "seed=%llu", (unsigned long long)line->study.run.seed + 1);
    } else if (strcmp(typed, "k") == 0) {
        say_knobs(line);
        typed = line_choose(line, "Set a knob (such as p=0.3; Enter: none): ");
        snprintf(out, size, "%.190s", typed ? typed : "");
    } else if (strchr(typed, '=')) {
        snprintf(out, size, "%.190s", typed);
    } else {
        line_say(line, "n goes on, p goes back, r runs with the next seed, k shows the knobs.\n");
        return false;
    }
    return *out != '\0';
}

static bool work_on_study(void *study)
{
    return study_work(study, 1);
}

static void stage_outcome(struct line *line)
{
    struct study *study = &line->study;
    struct err err;
    const struct step *step = study_step(study);
    say_outcome(line);
    while (!line->ended && study->stage == STUDY_OUTCOME && study_step(study) == step) {
        char change[200] = "";
        const char *typed = line_ask(
            line, study->visiting ? "[n]ext [p]revious [b]ack to the question [r]un again [k]nobs "
                                    "[q]uit [?]: "
                                  : "[n]ext [p]revious [r]un again [k]nobs [q]uit [?]: ");
        if (!typed)
            return;
        if (!*typed || strcmp(typed, "n") == 0) {
            study_next(study);
            return;
        }
        if (line_look_up(line, typed, false))
            continue;
        if (command(line, typed, false)) {
            if (line->present)
                return;
            continue;
        }
        if (!read_change(line, typed, change, sizeof change))
            continue;
        if (!study_turn(study, change, &err)) {
            line_sayf(line, "%s\n", err.text);
            continue;
        }
        line_work(line, &study->run, work_on_study, study);
        say_run(line);
    }
}

/* Reading on; what an earlier visit did already is shown, and asked where that is wanted. */
static void go_on(struct line *line, bool repeats)
{
    char prompt[100];
    snprintf(prompt, sizeof prompt, "[n]ext [p]revious %s%s[q]uit [?]: ",
             line->study.visiting ? "[b]ack to the question " : "",
             repeats ? "[r] once more " : "");
    for (;;) {
        const char *typed = line_ask(line, prompt);
        if (!typed || command(line, typed, false))
            return;
        if (line_look_up(line, typed, false))
            continue;
        if (!*typed || strcmp(typed, "n") == 0) {
            study_next(&line->study);
            return;
        }
        if (repeats && strcmp(typed, "r") == 0) {
            study_repeat(&line->study);
            return;
        }
        line_sayf(line, "n goes on, p goes back, %sq leaves.\n",
                  repeats ? "r asks it once more, " : "");
    }
}

static void stage_feedback(struct line *line)
{
    struct study *study = &line->study;
    const struct study_feedback *feedback = &study->feedback;
    const struct study_ask *asked = &study->ask;
    if (asked->kind == STUDY_DRILL && asked->form == FORM_NONE)
        line_say_spans(line, "Drill: ", asked->prompt, asked->prompt_count);
    else if (feedback->earlier)
        say_question(line, asked);
    line_sayf(line, "%s\n", feedback->verdict);
    if (feedback->guessed)
        line_sayf(line, "Before reading you said, %s: %s\n",
                  feedback->guessed_right ? "rightly" : "wrongly", feedback->guessed);
    line_say_sure_but_wrong(line);
    if (feedback->hint)
        line_say_text(line, "Hint: ", feedback->hint);
    if (feedback->comment_count && !asked->option_count)
        line_say_spans(line, "", feedback->comment, feedback->comment_count);
    if (asked->kind != STUDY_TICKS && !feedback->retry)
        for (size_t i = 0; i < asked->option_count; i++) {
            const struct study_option *option = &asked->options[i];
            if (!option->feedback_count && !(option->worth > 0))
                continue;
            char head[60];
            snprintf(head, sizeof head, "  %zu, %s%s%s", i + 1,
                     option->worth > 0 ? "right" : "wrong", option->chosen ? ", your choice" : "",
                     option->feedback_count ? ": " : "");
            line_say_spans(line, head, option->feedback, option->feedback_count);
        }
    if (feedback->pairs)
        line_say(line, "The answer:\n");
    for (size_t i = 0; i < feedback->pair_count; i++)
        line_sayf(line, "  %s -> %s\n", feedback->pairs[2 * i], feedback->pairs[2 * i + 1]);
    if (feedback->key && !feedback->pairs && asked->form != FORM_CHOOSE_ONE &&
        asked->form != FORM_CHOOSE_MANY)
        line_sayf(line, "The answer: %s\n", feedback->key);
    if (feedback->general_count && asked->kind != STUDY_TICKS)
        line_say_spans(line, "", feedback->general, feedback->general_count);
    bool question = asked->kind == STUDY_QUESTION, right = feedback->mark.state == MARK_RIGHT;
    if (question && !right && !feedback->retry && asked->section)
        line_sayf(line, "Read about it in %s.\n", asked->section);
    if (study->reviewing && !feedback->retry) {
        line_say_stubborn(line);
        line_after_review(line);
    } else if (feedback->earlier) {
        go_on(line, true);
    } else if (question && !right && !study->aloud && !study_is_guess(study)) {
        line_missed(line);
    } else {
        line_next(line);
    }
    line_say(line, "\n");
}

static void stage_end(struct line *line)
{
    const struct chapter *chapter = study_chapter(&line->study);
    const struct quiz *quiz = study_chapter_quiz(&line->study);
    line_sayf(line, "\nThat was chapter %d, %s.\n", chapter->number, chapter->title);
    if (line->present) {
        line_present_end(line);
        return;
    }
    bool last = study_offers_posttest(&line->study);
    if (quiz && !line->study.visiting) {
        char prompt[160];
        size_t questions = 0;
        for (size_t i = 0; i < quiz->count; i++)
            questions += quiz->questions[i].kind != QUESTION_DESCRIPTION;
        snprintf(prompt, sizeof prompt,
                 "Take its quiz of %zu question%s? [y]es [p]revious %s[q]uit: ", questions,
                 questions == 1 ? "" : "s", last ? "[t]est after the course " : "");
        const char *typed = line_ask(line, prompt);
        if (!typed || line_look_up(line, typed, false) || command(line, typed, false))
            return;
        if (last && strcmp(typed, "t") == 0) {
            line_offer(line, COURSE_POSTTEST);
            return;
        }
        if (*typed == 'n') {
            line->ended = true;
            return;
        }
        if (*typed && *typed != 'y') {
            line_say(line, "y starts the quiz, p goes back, q leaves.\n");
            return;
        }
    }
    study_next(&line->study);
}

static void stage_read(struct line *line)
{
    if (line->study.in_quiz) {
        line_say_spans(line, "", line->study.ask.prompt, line->study.ask.prompt_count);
        study_next(&line->study);
        return;
    }
    go_on(line, false);
}

static void say_news(struct line *line)
{
    struct study *study = &line->study;
    struct buf text = {0};
    const char *anew = study->ask.form == FORM_TEXT ? "Type :anew to begin it anew."
                                                    : "Type anew to begin it anew.";
    if (study_say_news(study, anew, &text))
        line_sayf(line, "(%s)\n", buf_text(&text));
    buf_free(&text);
}

void line_study(struct line *line)
{
    struct study *study = &line->study;
    const struct step *shown = NULL;
    while (!line->ended && study->stage != STUDY_DONE &&
           (!line->visit || visit_may_roam(line->visit))) {
        if (line->present && classroom_is_shown(line->present)) {
            shown = NULL;
            line_classroom(line);
            continue;
        }
        bool turned, seen = shown == study_step(study);
        if (line_take_edits(line, &turned)) /* the same step stands elsewhere now */
            shown = seen && !turned ? study_step(study) : NULL;
        if (study_step(study) != shown && !study->in_quiz) {
            shown = study_step(study);
            say_step(line);
        }
        say_news(line);
        switch (study->stage) {
        case STUDY_READ:
            stage_read(line);
            break;
        case STUDY_BEFORE:
            line_before(line);
            break;
        case STUDY_ASK:
            stage_ask(line);
            break;
        case STUDY_SURE:
            stage_sure(line);
            break;
        case STUDY_RUNNING:
            say_predicted(line);
            line_work(line, &study->run, work_on_study, study);
            break;
        case STUDY_OUTCOME:
            stage_outcome(line);
            break;
        case STUDY_FEEDBACK:
            stage_feedback(line);
            break;
        case STUDY_END:
            stage_end(line);
            break;
        case STUDY_RESULT:
            line_result(line);
            break;
        case STUDY_DONE:
            break;
        }
    }
    if (study->in_quiz) {
        if (study->reviewing) {
            if (line->ended)
                line_say_reviewed(line);
        } else if (study->stage != STUDY_RESULT && study->stage != STUDY_DONE) {
            bool loses = study_would_lose(study), waits = study_can_resume(study);
            study_finish_early(study);
            if (loses)
                line_say(line, !keep_is_well(&line->session->keep)
                                   ? "The quiz was left early; its score is not kept.\n"
                               : waits ? "The quiz was left early; next time it goes on here.\n"
                                       : "The quiz was left early; your answers are kept, a score "
                                         "is not.\n");
            line_result(line);
            line->session->exit_code = study->passed ? 0 : 1;
        } else {
            if (study->stage == STUDY_RESULT) /* left with the last answer */
                line_result(line);
            line->session->exit_code = study->passed ? 0 : 1;
        }
    }
}
