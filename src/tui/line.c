#include "tui/line.h"

#include "base/log.h"
#include "base/utf8.h"
#include "draw/chart.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct line {
    struct session *session;
    struct study study;
    struct arena frame; /* of the text in hand */
    struct progress progress;
    struct arena progress_arena;
    struct buf typed, clean; /* the line in hand, as it came and as it is used */
    bool ended;              /* input is over, or q */
    int width;
};

/* ---- printing and reading --------------------------------------------------------------------------- */

static void say(struct line *line, const char *text)
{
    if (line->session->ascii) {
        struct buf ascii = {0};
        utf8_to_ascii(&ascii, text, strlen(text));
        fputs(buf_text(&ascii), stdout);
        buf_free(&ascii);
    } else {
        fputs(text, stdout);
    }
}

static void sayf(struct line *line, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void sayf(struct line *line, const char *format, ...)
{
    struct buf text = {0};
    va_list args;
    va_start(args, format);
    buf_addv(&text, format, args);
    va_end(args);
    say(line, buf_text(&text));
    buf_free(&text);
}

enum { LONGEST_LINE = 4000 };

/* One line of standard input; what is longer than anybody types is read and dropped. */
static bool read_line(struct buf *out)
{
    int c;
    bool any = false;
    buf_clear(out);
    while ((c = getc(stdin)) != EOF) {
        any = true;
        if (c == '\n')
            break;
        if (out->length < 4 * LONGEST_LINE)
            buf_add_char(out, (char)c);
    }
    return any;
}

/* Asks and reads one line, cleaned and trimmed; NULL at the end of input. */
static const char *ask(struct line *line, const char *prompt)
{
    say(line, prompt);
    fflush(stdout);
    if (!read_line(&line->typed)) {
        line->ended = true;
        say(line, "\n");
        return NULL;
    }
    struct str trimmed = str_trim((struct str){buf_text(&line->typed), line->typed.length});
    buf_clear(&line->clean);
    buf_add_n(&line->clean, "", 0);
    utf8_sanitise_line(&line->clean, trimmed.text, trimmed.length, LONGEST_LINE);
    return buf_text(&line->clean);
}

static struct layout begin(struct line *line, struct grid *grid)
{
    grid_init(grid, line->width, 1);
    return (struct layout){
        .course = line->session->course,
        .arena = &line->frame,
        .grid = grid,
        .width = line->width,
        .ascii = line->session->ascii,
        .spoken = true,
    };
}

static void finish(struct line *line, struct layout *layout)
{
    struct buf text = {0};
    grid_resize(layout->grid, layout->grid->width, layout->y > 0 ? layout->y : 1);
    if (layout->y > 0)
        grid_print_text(layout->grid, line->session->ascii, &text);
    fputs(buf_text(&text), stdout);
    buf_free(&text);
    grid_free(layout->grid);
    arena_free(&line->frame);
}

static void say_spans(struct line *line, const char *head, const struct span *spans, size_t count)
{
    struct grid grid;
    struct layout layout = begin(line, &grid);
    struct span *all = ARENA_ARRAY(&line->frame, count + 1, struct span);
    all[0] = (struct span){.kind = SPAN_TEXT, .text = head, .shown = head};
    if (count)
        memcpy(all + 1, spans, count * sizeof *spans);
    layout_spans(&layout, all, count + 1, ROLE_TEXT);
    finish(line, &layout);
}

static void say_markdown(struct line *line, const char *head, const char *markdown)
{
    struct span *spans;
    size_t count;
    struct arena arena;
    arena_init(&arena);
    lesson_inline(&arena, markdown, &spans, &count);
    say_spans(line, head, spans, count);
    arena_free(&arena);
}

static void line_log(void *user, const struct event *event)
{
    struct line *line = user;
    struct err err;
    struct event kept = *event;
    if (!line->session->store || store_append(line->session->store, &kept, &err))
        return;
    log_line("store: %s", err.text);
    sayf(line, "(Not saved: %s. You can go on.)\n", err.text);
}

static void read_progress(struct line *line)
{
    struct err err;
    arena_free(&line->progress_arena);
    line->progress = (struct progress){0};
    if (line->session->store &&
        !store_progress(line->session->store, line->session->course->page.id, &line->progress_arena,
                        &line->progress, &err))
        sayf(line, "(%s)\n", err.text);
}

/* ---- answers ------------------------------------------------------------------------------------------- */

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
        say_spans(line, head, asked->options[i].spans, asked->options[i].span_count);
    }
}

/* Commands one can give wherever something is asked. True: it was one. */
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
    if (strcmp(typed, "s") == 0 && line->study.ask.can_watch)
        return study_watch(&line->study);
    if (strcmp(typed, "p") == 0 && !line->study.in_quiz) {
        if (!study_back(&line->study))
            say(line, "This is the first step of the chapter.\n");
        return true;
    }
    if (strcmp(typed, "-") == 0 && !line->study.ask.can_watch)
        return study_skip(&line->study);
    return false;
}

static void give(struct line *line, const struct study_answer *answer)
{
    struct err err;
    if (!study_answer(&line->study, answer, &err))
        sayf(line, "%s.\n", err.text);
}

static void ask_pairs(struct line *line, const struct study_ask *asked)
{
    size_t *chosen = memory_alloc((asked->stem_count + 1) * sizeof *chosen);
    size_t i = 0;
    while (i < asked->stem_count && !line->ended && line->study.stage == STUDY_ASK) {
        sayf(line, "%s", asked->stems[i]);
        const char *typed = ask(line, " -> ");
        if (!typed || command(line, typed, false))
            break;
        chosen[i] = position_of(str_of(typed), asked->option_count);
        if (chosen[i] == SIZE_MAX)
            sayf(line, "Type a number from 1 to %zu, or - to leave the question.\n",
                 asked->option_count);
        else
            i++;
    }
    if (i == asked->stem_count)
        give(line, &(struct study_answer){.chosen = chosen, .count = i});
    memory_free(chosen);
}

static void ask_lines(struct line *line)
{
    struct buf text = {0};
    say(line,
        "(End with a line that holds only a full stop; :- leaves it unanswered, :q quits.)\n");
    for (;;) {
        const char *typed = ask(line, "| ");
        if (!typed || strcmp(typed, ".") == 0)
            break;
        if (command(line, typed, true)) {
            buf_free(&text);
            return;
        }
        buf_addf(&text, "%s%s", text.length ? "\n" : "", typed);
    }
    if (!line->ended)
        give(line, &(struct study_answer){.text = buf_text(&text)});
    buf_free(&text);
}

static void say_model(struct line *line)
{
    const struct study_feedback *feedback = &line->study.feedback;
    if (feedback->general_count)
        say_spans(line, "A model answer: ", feedback->general, feedback->general_count);
}

static void stage_ask(struct line *line)
{
    const struct study_ask *asked = &line->study.ask;
    char head[96];
    bool many = asked->form == FORM_CHOOSE_MANY;
    if (asked->kind == STUDY_TICKS)
        say_model(line);
    if (asked->kind == STUDY_QUESTION)
        sayf(line, "%s\n", asked->head);
    snprintf(head, sizeof head, "%.60s%s", asked->kind == STUDY_QUESTION ? "" : asked->head,
             asked->kind == STUDY_QUESTION ? "" : ": ");
    say_spans(line, head, asked->prompt, asked->prompt_count);
    if (asked->note)
        sayf(line, "(%s)\n", asked->note);
    if (asked->hint)
        sayf(line, "Hint: %s\n", asked->hint);
    say_options(line, asked);
    if (asked->form == FORM_PAIRS) {
        ask_pairs(line, asked);
        return;
    }
    if (asked->lines) {
        ask_lines(line);
        return;
    }
    const char *prompt = "Your answer? ";
    if (asked->kind == STUDY_PREDICT)
        prompt = asked->form == FORM_ORDER
                     ? "Your order, smallest first (such as 2 1 3; s watches)? "
                     : "Your prediction (s watches without one)? ";
    else if (asked->kind == STUDY_TICKS)
        prompt = "Numbers of the ideas that were there (such as 1 3; Enter for none)? ";
    else if (many)
        prompt = "Your answer (several may be right, such as 1 3)? ";
    else if (asked->form == FORM_ORDER)
        prompt = "Your order (such as 2 1 3)? ";
    else if (asked->form == FORM_TEXT)
        prompt = "Your answer (:- leaves it unanswered, :q quits)? ";
    const char *typed = ask(line, prompt);
    bool free_text = asked->form == FORM_TEXT;
    if (!typed || command(line, typed, free_text))
        return;
    size_t chosen[64], count = 0;
    struct study_answer answer = {.text = typed, .chosen = chosen};
    if (asked->form != FORM_TEXT && asked->form != FORM_NUMBER) {
        if (!positions_of(typed, asked->option_count, chosen, 64, &count)) {
            sayf(line, "Type %s from 1 to %zu.\n",
                 many || asked->form == FORM_ORDER ? "numbers" : "a number", asked->option_count);
            return;
        }
        answer.count = count;
        if (!count && asked->kind != STUDY_TICKS) {
            say(line, "Type a number, - to leave it, or q to quit.\n");
            return;
        }
    }
    give(line, &answer);
}

static void stage_sure(struct line *line)
{
    const char *typed = ask(line, "How sure, 1 to 3 (Enter skips)? ");
    if (!typed)
        return;
    if (!*typed) {
        study_sure(&line->study, 0);
        return;
    }
    if (strcmp(typed, "q") == 0) {
        line->ended = true;
        return;
    }
    if (typed[1] || typed[0] < '1' || typed[0] > '3')
        say(line, "1 is a guess, 2 unsure, 3 sure.\n");
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
    sayf(line, "\n%d %s > %s %s (step %zu of %zu)\n", study_chapter(study)->number,
         study_chapter(study)->title, section->number, section->title, study->step + 1,
         section->step_count);
    struct grid grid;
    struct layout layout = begin(line, &grid);
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
    finish(line, &layout);
    if (study->run_error)
        sayf(line, "This demo cannot run: %s\n", study->run_error);
    if (study->has_run && study->stage == STUDY_ASK && study->ask.kind == STUDY_PREDICT) {
        struct buf words = {0};
        study->run.demo->describe(&study->run, &words);
        say_markdown(line, "Demo: ", buf_text(&words));
        buf_free(&words);
    }
}

static void stage_outcome(struct line *line)
{
    struct study *study = &line->study;
    for (size_t i = 0; i < study->prediction_count; i++) {
        const struct study_prediction *p = &study->predictions[i];
        if (p->watched)
            sayf(line, "It was %s. %s\n", p->was, study_verdict(p));
        else if (p->ask->kind == ASK_NUMBER)
            sayf(line, "You said %s; it was %s. %s\n", p->said, p->was, study_verdict(p));
        else
            sayf(line, "You said: %s\nIt was: %s\n%s\n", p->said, p->was, study_verdict(p));
    }
    struct buf words = {0};
    study->run.demo->describe(&study->run, &words);
    say_markdown(line, "", buf_text(&words));
    buf_free(&words);
    const struct step *step = study_step(study);
    for (size_t i = 0; i < step->directive->watch_count; i++)
        say_markdown(line, "Watch: ", step->directive->watch[i]);
    for (size_t i = 0; i < study->see_count; i++)
        say_markdown(line, "", study->sees[i]);
    for (;;) {
        const char *typed = ask(line, "[n]ext [p]revious [r]un again [k]nobs [q]uit: ");
        if (!typed)
            return;
        struct err err;
        char assignment[200] = "";
        if (!*typed || strcmp(typed, "n") == 0) {
            study_next(study);
            return;
        }
        if (command(line, typed, false))
            return;
        if (strcmp(typed, "r") == 0) {
            snprintf(assignment, sizeof assignment, "seed=%llu",
                     (unsigned long long)study->run.seed + 1);
        } else if (strcmp(typed, "k") == 0) {
            for (size_t i = 0; i < study->args.demo->knob_count; i++) {
                struct buf knob = {0};
                demo_knob_describe(&study->args.demo->knobs[i], &knob);
                buf_add(&knob, "; now ");
                demo_value_write(&study->args.demo->knobs[i], &study->args.knob[i], &knob);
                sayf(line, "  %s\n", buf_text(&knob));
                buf_free(&knob);
            }
            typed = ask(line, "Set a knob (such as p=0.3; Enter: none): ");
            if (!typed)
                return;
            snprintf(assignment, sizeof assignment, "%.190s", typed);
        } else if (strchr(typed, '=')) {
            snprintf(assignment, sizeof assignment, "%.190s", typed);
        } else {
            say(line, "n goes on, p goes back, r runs with the next seed, k shows the knobs.\n");
            continue;
        }
        if (!*assignment)
            continue;
        if (!study_turn(study, assignment, &err)) {
            sayf(line, "%s\n", err.text);
            continue;
        }
        while (study_work(study, 1000))
            ;
        buf_clear(&words);
        study->run.demo->describe(&study->run, &words);
        say_markdown(line, "", buf_text(&words));
        buf_free(&words);
    }
}

static void stage_feedback(struct line *line)
{
    struct study *study = &line->study;
    const struct study_feedback *feedback = &study->feedback;
    const struct study_ask *asked = &study->ask;
    if (asked->kind == STUDY_DRILL && asked->form == FORM_NONE)
        say_spans(line, "Drill: ", asked->prompt, asked->prompt_count);
    sayf(line, "%s\n", feedback->verdict);
    if (feedback->comment_count && !asked->option_count)
        say_spans(line, "", feedback->comment, feedback->comment_count);
    if (asked->kind != STUDY_TICKS && !feedback->retry)
        for (size_t i = 0; i < asked->option_count; i++) {
            const struct study_option *option = &asked->options[i];
            if (!option->feedback_count && !(option->worth > 0))
                continue;
            char head[60];
            snprintf(head, sizeof head, "  %zu, %s%s%s", i + 1,
                     option->worth > 0 ? "right" : "wrong", option->chosen ? ", your choice" : "",
                     option->feedback_count ? ": " : "");
            say_spans(line, head, option->feedback, option->feedback_count);
        }
    if (feedback->key && asked->form != FORM_CHOOSE_ONE && asked->form != FORM_CHOOSE_MANY)
        sayf(line, "The answer: %s\n", feedback->key);
    if (feedback->general_count && asked->kind != STUDY_TICKS)
        say_spans(line, "", feedback->general, feedback->general_count);
    if (!feedback->retry && asked->section && feedback->mark.state != MARK_RIGHT &&
        asked->kind == STUDY_QUESTION)
        sayf(line, "Read about it in %s.\n", asked->section);
    study_next(study);
    say(line, "\n");
}

static void stage_result(struct line *line)
{
    const struct study_result *r = &line->study.result;
    struct buf text = {0};
    buf_add(&text, "Score ");
    chart_number(&text, r->score, 3);
    buf_add(&text, " of ");
    chart_number(&text, r->max, 3);
    if (r->max > 0)
        buf_addf(&text, " (%.0f %%)", 100 * r->score / r->max);
    buf_add(&text, ".");
    if (r->pass > 0)
        buf_addf(&text, " %s: the mark is %.0f %%.", r->passed ? "Passed" : "Not passed", r->pass);
    if (r->unanswered)
        buf_addf(&text, " Left unanswered: %zu of %zu.", r->unanswered, r->questions);
    if (r->self_graded)
        buf_addf(&text, " Compared by yourself, not in the score: %zu.", r->self_graded);
    sayf(line, "%s\n", buf_text(&text));
    buf_free(&text);
    for (size_t i = 0; i < r->objective_count; i++)
        sayf(line, "  %-4s %.3g of %.3g  %s\n", r->objectives[i].id, r->objectives[i].score,
             r->objectives[i].max, r->objectives[i].text ? r->objectives[i].text : "");
    if (r->again_count)
        say(line, "Read again:\n");
    for (size_t i = 0; i < r->again_count; i++)
        sayf(line, "  %s %s (nntutor study %s)\n", r->again[i].section, r->again[i].title,
             r->again[i].section);
    study_next(&line->study);
}

static void stage_end(struct line *line)
{
    const struct chapter *chapter = study_chapter(&line->study);
    const struct quiz *quiz = study_chapter_quiz(&line->study);
    sayf(line, "\nThat was chapter %d, %s.\n", chapter->number, chapter->title);
    if (quiz) {
        char prompt[100];
        size_t questions = 0;
        for (size_t i = 0; i < quiz->count; i++)
            questions += quiz->questions[i].kind != QUESTION_DESCRIPTION;
        snprintf(prompt, sizeof prompt,
                 "Take its quiz of %zu question%s? [y]es [p]revious [q]uit: ", questions,
                 questions == 1 ? "" : "s");
        const char *typed = ask(line, prompt);
        if (!typed || command(line, typed, false))
            return;
        if (*typed == 'n') {
            line->ended = true;
            return;
        }
        if (*typed && *typed != 'y') {
            say(line, "y starts the quiz, p goes back, q leaves.\n");
            return;
        }
    }
    study_next(&line->study);
}

static void stage_read(struct line *line)
{
    if (line->study.in_quiz) {
        say_spans(line, "", line->study.ask.prompt, line->study.ask.prompt_count);
        study_next(&line->study);
        return;
    }
    for (;;) {
        const char *typed = ask(line, "[n]ext [p]revious [q]uit: ");
        if (!typed || command(line, typed, false))
            return;
        if (!*typed || strcmp(typed, "n") == 0) {
            study_next(&line->study);
            return;
        }
        say(line, "n goes on, p goes back, q leaves.\n");
    }
}

static void study_loop(struct line *line)
{
    struct study *study = &line->study;
    const struct step *shown = NULL;
    while (!line->ended && study->stage != STUDY_DONE) {
        if (study_step(study) != shown && !study->in_quiz) {
            shown = study_step(study);
            say_step(line);
        }
        switch (study->stage) {
        case STUDY_READ:
            stage_read(line);
            break;
        case STUDY_ASK:
            stage_ask(line);
            break;
        case STUDY_SURE:
            stage_sure(line);
            break;
        case STUDY_RUNNING:
            while (study_work(study, 1000))
                ;
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
            stage_result(line);
            break;
        case STUDY_DONE:
            break;
        }
    }
    if (study->in_quiz) {
        if (study->stage != STUDY_RESULT && study->stage != STUDY_DONE) {
            study_finish_early(study);
            say(line, "The quiz was left early; your answers are kept, a score is not.\n");
            stage_result(line);
            line->session->exit_code = 1;
        } else {
            line->session->exit_code = study->result.passed ? 0 : 1;
        }
    }
}

/* ---- home --------------------------------------------------------------------------------------------------- */

static void say_home(struct line *line)
{
    struct course *course = line->session->course;
    sayf(line, "%s\n", course->page.title);
    for (size_t i = 0; i < course->chapter_count; i++) {
        const struct chapter *chapter = &course->chapters[i].lesson;
        const struct chapter_progress *seen = session_progress(&line->progress, chapter->id);
        sayf(line, "  %d. %s: %zu of %zu steps", chapter->number, chapter->title,
             seen ? seen->steps_seen : 0, chapter_step_count(chapter));
        if (seen && seen->best_max > 0)
            sayf(line, ", quiz %.3g of %.3g", seen->best_score, seen->best_max);
        say(line, "\n");
    }
}

static void open_chapter(struct line *line, size_t index, size_t section, bool has_section)
{
    const struct chapter *chapter = &line->session->course->chapters[index].lesson;
    const struct chapter_progress *seen = session_progress(&line->progress, chapter->id);
    size_t step = 0;
    if (!has_section && seen && seen->resume_section)
        study_locate(chapter, seen->resume_section, seen->resume_hash, &section, &step);
    study_open(&line->study, index, section, step);
    study_loop(line);
}

static void home_loop(struct line *line)
{
    struct err err;
    if (line->session->first) {
        struct grid grid;
        struct layout layout = begin(line, &grid);
        layout_blocks(&layout, line->session->course->page.blocks,
                      line->session->course->page.block_count);
        layout_gap(&layout, 1);
        finish(line, &layout);
        sayf(line, "Your answers are kept in %s\n\n", store_path(line->session->store));
    }
    while (!line->ended) {
        read_progress(line);
        say_home(line);
        const char *resume = line->progress.resume_chapter;
        const char *typed =
            ask(line, resume ? "Chapter number (Enter goes on where you were), or [q]uit: "
                             : "Chapter number, or [q]uit: ");
        if (!typed || strcmp(typed, "q") == 0 || strcmp(typed, "quit") == 0)
            break;
        if (!*typed)
            typed = resume ? resume : "";
        size_t chapter, section;
        bool has_section;
        if (!*typed) {
            say(line, "Type the number of a chapter.\n");
        } else if (!course_find_place(line->session->course, typed, &chapter, &section,
                                      &has_section, &err)) {
            sayf(line, "%s\n", err.text);
        } else {
            open_chapter(line, chapter, section, has_section);
        }
    }
}

void line_run(struct session *session, const struct start *start, bool asks)
{
    struct line line = {.session = session};
    arena_init(&line.frame);
    arena_init(&line.progress_arena);
    line.width = terminal_columns(78);
    if (line.width > 78)
        line.width = 78;
    if (line.width < 20)
        line.width = 20;
    study_init(&line.study, session->course, &session->clock, line_log, &line,
               session_seed(session));
    if (session->store_problem)
        sayf(&line, "(%s)\n", session->store_problem);
    read_progress(&line);
    if (!asks) {
        say_home(&line);
        say(&line, "To study here, use a terminal, or --plain to be asked line by line.\n");
    } else if (start->kind == START_CHAPTER) {
        open_chapter(&line, start->chapter, start->section, start->has_section);
    } else if (start->kind == START_QUIZ) {
        if (!session->seed)
            sayf(&line, "(The options are shuffled with --seed %llu.)\n",
                 (unsigned long long)line.study.seed);
        study_quiz(&line.study, start->sources, start->source_count, start->most, start->shuffle,
                   session->pass);
        study_loop(&line);
    } else {
        home_loop(&line);
    }
    fflush(stdout);
    study_free(&line.study);
    arena_free(&line.frame);
    arena_free(&line.progress_arena);
    buf_free(&line.clean);
    buf_free(&line.typed);
}
