/* The course that is shipped: every step on the screens people have, every demo, drill and question it
 * names, and the standards a chapter of ours keeps. Its words are checked by `nntutor check`. */
#include "support/test.h"

#include "base/utf8.h"
#include "draw/grid.h"
#include "tui/view_study.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct fixture {
    struct course course;
    struct session session;
    struct tui tui;
    struct arena arena;
    struct err err;
    int64_t now_ms;
};

static int set_up(void **state)
{
    struct fixture *f = *state = calloc(1, sizeof *f);
    arena_init(&f->arena);
    if (!course_open(&f->course, ".", &f->err))
        fail_msg("%s", f->err.text);
    f->session =
        (struct session){.course = &f->course, .clock = clock_manual(&f->now_ms), .seed = 7};
    f->tui.session = &f->session;
    arena_init(&f->tui.progress_arena);
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    study_done_free(&f->session.done);
    arena_free(&f->tui.progress_arena);
    course_close(&f->course);
    arena_free(&f->arena);
    free(f);
    return 0;
}

/* Calls `visit` for every step there is. */
typedef void visit_step(struct fixture *f, size_t chapter, size_t section, size_t step);

static void for_each_step(struct fixture *f, visit_step *visit)
{
    for (size_t c = 0; c < f->course.chapter_count; c++) {
        const struct chapter *chapter = &f->course.chapters[c].lesson;
        for (size_t s = 0; s < chapter->section_count; s++)
            for (size_t i = 0; i < chapter->sections[s].step_count; i++)
                visit(f, c, s, i);
    }
}

static const struct step *step_at(const struct fixture *f, size_t c, size_t s, size_t i)
{
    return &f->course.chapters[c].lesson.sections[s].steps[i];
}

/* ---- screens --------------------------------------------------------------------------------- */

/* Where one is stands above, what one can press below, and there is something between them. */
static void check_screen(struct fixture *f, void *view, const struct section *section, int width,
                         int height)
{
    struct grid grid;
    struct buf text = {0}, plain = {0};
    grid_init(&grid, width, height);
    f->session.ascii = false;
    view_study.draw(&f->tui, view, &grid);
    grid_print_text(&grid, false, &text);
    struct str rest = str_of(buf_text(&text)), line;
    assert_true(str_line(&rest, &line));
    if (!memmem(line.text, line.length, section->number, strlen(section->number)))
        fail_msg("%s: not named above:\n%s", section->number, buf_text(&text));
    size_t rows = 0;
    for (bool more = str_line(&rest, &line); more; more = str_line(&rest, &line))
        rows += str_trim(line).length > 0;
    if (rows < 4)
        fail_msg("%s: an empty screen of %dx%d:\n%s", section->number, width, height,
                 buf_text(&text));
    grid_free(&grid);
    grid_init(&grid, width, height);
    f->session.ascii = true;
    view_study.draw(&f->tui, view, &grid);
    grid_print_text(&grid, true, &plain);
    for (size_t i = 0; i < plain.length; i++)
        if ((unsigned char)plain.data[i] >= 0x80 ||
            ((unsigned char)plain.data[i] < 0x20 && plain.data[i] != '\n'))
            fail_msg("%s: a byte %02x in ASCII:\n%s", section->number, (unsigned char)plain.data[i],
                     buf_text(&plain));
    grid_free(&grid);
    buf_free(&text);
    buf_free(&plain);
}

static void act(struct fixture *f, void *view, enum action_id action)
{
    struct input input = {.kind = INPUT_KEY, .key = KEY_ENTER_};
    view_study.input(&f->tui, view, &input, action);
}

static void show_step(struct fixture *f, size_t c, size_t s, size_t i)
{
    static const int sizes[][2] = {{80, 24}, {40, 12}, {200, 60}};
    enum { MOST_ASKED = 12, SLICES = 3 };
    const struct section *section = &f->course.chapters[c].lesson.sections[s];
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        struct study_start start = {.chapter = c, .section = s, .step = i};
        struct study_view *view = view_study.open(&f->tui, &start);
        assert_non_null(view);
        check_screen(f, view, section, sizes[k][0], sizes[k][1]);
        for (int asked = 0; asked < MOST_ASKED; asked++) {
            if (view->study.stage == STUDY_ASK && view->study.ask.can_watch)
                act(f, view, ACTION_WATCH);
            else if (view->study.stage == STUDY_ASK)
                act(f, view, ACTION_SKIP);
            else if (view->study.stage == STUDY_FEEDBACK || view->study.stage == STUDY_OUTCOME)
                act(f, view, ACTION_ENTER);
            for (int slice = 0; slice < SLICES && view->study.stage == STUDY_RUNNING; slice++)
                study_work(&view->study, 1);
            if (view->study.stage == STUDY_END || view->study.step != i ||
                view->study.section != s || view->study.stage == STUDY_RUNNING)
                break;
            check_screen(f, view, section, sizes[k][0], sizes[k][1]);
        }
        view_study.close(&f->tui, view);
        study_done_free(&f->session.done);
        f->session.done = (struct study_done){0};
        f->tui.pending_count = 0;
    }
}

static void test_every_step_is_shown_at_every_size(void **state)
{
    for_each_step(*state, show_step);
}

/* ---- demos, drills --------------------------------------------------------------------------- */

/* A demo that trains is asked for a few steps of one run: what it shows is tested with the demo. */
static void hasten(struct fixture *f, struct demo_args *args)
{
    static const char *const quick[] = {"steps=3", "epochs=1",  "seeds=1",
                                        "seeds=2", "passes=20", "images=100"};
    for (size_t i = 0; i < sizeof quick / sizeof *quick; i++)
        demo_args_set(args, &f->arena, quick[i], NULL);
}

/* The run of a directive's demo, to its end. */
static void run_demo(struct fixture *f, const char *text, struct demo_run *run)
{
    struct demo_args args;
    if (!demo_args_read(&args, &f->arena, text, &f->err))
        fail_msg("%s: %s", text, f->err.text);
    if (!demo_start(run, &f->arena, &args, &f->session.clock, &f->err))
        fail_msg("%s: %s", text, f->err.text);
    if (demo_is_instant(run)) {
        demo_finish(run);
        return;
    }
    hasten(f, &args);
    if (!demo_start(run, &f->arena, &args, &f->session.clock, &f->err))
        fail_msg("%s, hastened: %s", text, f->err.text);
    demo_finish(run);
}

/* The reference has a value after the run: a number, or words. */
static void check_value(const struct demo_run *run, const char *args, const char *ref_text)
{
    struct demo_ref ref;
    struct err err;
    double number;
    if (!demo_ref_read(run->demo, ref_text, &ref, &err))
        fail_msg("%s: %s", args, err.text);
    if (!demo_ref_number(run, ref, &number) && !demo_ref_text(run, ref))
        fail_msg("%s: %s has no value after the run", args, ref_text);
}

static void check_ask(const struct demo_run *run, const char *args, const struct ask *ask)
{
    if (ask->kind == ASK_NUMBER)
        check_value(run, args, ask->ref);
    for (size_t i = 0; ask->kind == ASK_ORDER_REFS && i < ask->label_count; i++)
        check_value(run, args, ask->refs[i]);
}

static void run_step(struct fixture *f, size_t c, size_t s, size_t i)
{
    const struct directive *d = step_at(f, c, s, i)->directive;
    struct arena_mark mark = arena_mark(&f->arena);
    struct demo_run run;
    if (d && d->kind == DIRECTIVE_DEMO) {
        run_demo(f, d->args, &run);
        for (size_t k = 0; k < d->ask_count; k++)
            check_ask(&run, d->args, &d->asks[k]);
        for (size_t k = 0; k < d->see_count; k++)
            for (size_t p = 0; p < d->see[k].count; p++)
                if (d->see[k].parts[p].kind == SEE_REF)
                    check_value(&run, d->args, d->see[k].parts[p].ref);
        struct buf words = {0};
        run.demo->describe(&run, &words);
        assert_true(words.length > 0);
        buf_free(&words);
    } else if (d && d->kind == DIRECTIVE_MYTH && d->see_for_yourself) {
        run_demo(f, d->see_for_yourself, &run);
    }
    arena_release(&f->arena, mark);
}

static void test_every_demo_runs_and_has_what_is_asked_of_it(void **state)
{
    for_each_step(*state, run_step);
}

/* A drill asks number after number, each with a truth, and shows how the first is worked. */
static void drill_step(struct fixture *f, size_t c, size_t s, size_t i)
{
    enum { ROUNDS = 4 };
    const struct directive *d = step_at(f, c, s, i)->directive;
    if (!d || d->kind != DIRECTIVE_DRILL)
        return;
    struct study study;
    study_init(&study, &f->course, &f->session.clock, NULL, NULL, 5);
    study_open(&study, c, s, i);
    unsigned asked = 0;
    for (int round = 0; round < ROUNDS * 3 && study.stage != STUDY_READ; round++) {
        if (study.stage == STUDY_ASK && study.ask.kind == STUDY_DRILL) {
            struct study_answer answer = {.text = "0.123456"};
            if (!study_answer(&study, &answer, &f->err))
                fail_msg("%s: %s", d->args, f->err.text);
            asked++;
        } else if (study.stage == STUDY_SURE) {
            study_sure(&study, 2);
        } else if (study.stage == STUDY_FEEDBACK) {
            bool wrong = study.feedback.mark.state == MARK_WRONG;
            if (wrong && (!study.feedback.key || strstr(study.feedback.key, "nan")))
                fail_msg("%s: a drill without a truth", d->args);
            study_next(&study);
        } else {
            study_next(&study);
        }
        if (study.step != i || study.section != s)
            break;
    }
    if (!asked)
        fail_msg("%s: this drill asks nothing", d->args);
    study_free(&study);
}

static void test_every_drill_asks_for_numbers_that_there_are(void **state)
{
    for_each_step(*state, drill_step);
}

/* ---- the standards of our own chapters ---------------------------------------------------------- */

static bool asks_back(const struct step *step)
{
    const struct directive *d = step->directive;
    return d && (d->kind == DIRECTIVE_QUIZ || d->kind == DIRECTIVE_DRILL ||
                 (d->kind == DIRECTIVE_DEMO && d->ask_count));
}

static bool chapter_has(const struct chapter *chapter, enum directive_kind kind)
{
    for (size_t s = 0; s < chapter->section_count; s++)
        for (size_t i = 0; i < chapter->sections[s].step_count; i++) {
            const struct directive *d = chapter->sections[s].steps[i].directive;
            if (d && d->kind == kind)
                return true;
        }
    return false;
}

static bool asks_key(const struct step *step, bool guess, const char *key)
{
    const struct directive *d = step->directive;
    bool found = false;
    for (size_t i = 0; d && d->kind == DIRECTIVE_QUIZ && d->guess == guess && i < d->key_count; i++)
        found = found || !key || strcmp(d->keys[i], key) == 0;
    return found;
}

static bool asked_after(const struct chapter *chapter, size_t section, size_t step, const char *key)
{
    bool found = false;
    for (size_t s = section; s < chapter->section_count; s++)
        for (size_t i = s == section ? step + 1 : 0; i < chapter->sections[s].step_count; i++)
            found = found || asks_key(&chapter->sections[s].steps[i], false, key);
    return found;
}

/* A guess before reading helps where the answer follows: most are asked once more, and set beside it. */
static void check_guesses(const struct chapter *chapter)
{
    size_t guessed = 0, again = 0;
    for (size_t s = 0; s < chapter->section_count; s++)
        for (size_t i = 0; i < chapter->sections[s].step_count; i++) {
            const struct step *step = &chapter->sections[s].steps[i];
            for (size_t k = 0; asks_key(step, true, NULL) && k < step->directive->key_count; k++) {
                guessed++;
                again += asked_after(chapter, s, i, step->directive->keys[k]);
            }
        }
    if (again < 2)
        fail_msg("%s: %zu guesses before reading, %zu of them asked again", chapter->file, guessed,
                 again);
}

static void check_chapter(const struct chapter *chapter)
{
    check_guesses(chapter);
    if (chapter->minutes < 20 || chapter->minutes > 40)
        fail_msg("%s: %d minutes", chapter->file, chapter->minutes);
    if (!chapter_has(chapter, DIRECTIVE_SOURCES))
        fail_msg("%s names no sources", chapter->file);
    if (!chapter_has(chapter, DIRECTIVE_DRILL))
        fail_msg("%s has no drill", chapter->file);
    if (!chapter_has(chapter, DIRECTIVE_MYTH))
        fail_msg("%s corrects no misconception", chapter->file);
    if (chapter->number > 1 && !chapter_has(chapter, DIRECTIVE_RECALL))
        fail_msg("%s does not recall the chapter before", chapter->file);
    for (size_t s = 0; s < chapter->section_count; s++) {
        const struct section *section = &chapter->sections[s];
        bool asked = false;
        for (size_t i = 0; i < section->step_count; i++)
            asked = asked || asks_back(&section->steps[i]);
        if (!asked)
            fail_msg("%s: section %s asks nothing back", chapter->file, section->number);
        if (!section->note_count)
            fail_msg("%s: section %s has no notes for the instructor", chapter->file,
                     section->number);
    }
}

static void test_chapters_recall_ask_and_have_notes(void **state)
{
    struct fixture *f = *state;
    for (size_t c = 0; c < f->course.chapter_count; c++)
        check_chapter(&f->course.chapters[c].lesson);
}

/* Every prediction with options says what each would show; every demo asks before it runs. */
static void predicted_step(struct fixture *f, size_t c, size_t s, size_t i)
{
    const struct directive *d = step_at(f, c, s, i)->directive;
    if (d && d->kind == DIRECTIVE_DEMO && !d->ask_count)
        fail_msg("%s:%d: a demo that runs before anything was predicted",
                 f->course.chapters[c].lesson.file, d->place.line);
}

static void test_every_demo_is_predicted(void **state)
{
    for_each_step(*state, predicted_step);
}

static bool has_tag(const struct question *question, const char *prefix, const char *value)
{
    const char *found;
    for (size_t i = 0; (found = question_tag(question, prefix, i)); i++)
        if (strcmp(found, value) == 0)
            return true;
    return false;
}

static void check_quiz(const struct chapter *chapter, const struct quiz *quiz)
{
    bool kinds[QUESTION_KINDS] = {false};
    size_t different = 0, other_than_choices = 0;
    if (!quiz || quiz->count < 12)
        fail_msg("%s: a quiz of %zu questions", chapter->file, quiz ? quiz->count : 0);
    for (size_t i = 0; i < quiz->count; i++) {
        const struct question *question = &quiz->questions[i];
        different += !kinds[question->kind];
        kinds[question->kind] = true;
        other_than_choices +=
            question->kind != QUESTION_ONE_CHOICE && question->kind != QUESTION_CHOICES;
        if (!question->id || !question_tag(question, "objective:", 0) ||
            !question_tag(question, "bloom:", 0) || !question_tag(question, "section:", 0))
            fail_msg("%s: question %s lacks an id or a tag", quiz->file, question->key);
    }
    if (different < 5 || other_than_choices < 3)
        fail_msg("%s: %zu kinds of questions, %zu without options", quiz->file, different,
                 other_than_choices);
    for (size_t i = 0; i < chapter->objective_count; i++) {
        size_t covered = 0;
        for (size_t q = 0; q < quiz->count; q++)
            covered += has_tag(&quiz->questions[q], "objective:", chapter->objectives[i].id);
        if (covered < 2)
            fail_msg("%s: %zu questions for objective %s", quiz->file, covered,
                     chapter->objectives[i].id);
    }
}

static void test_quizzes_have_twelve_questions_of_five_kinds(void **state)
{
    struct fixture *f = *state;
    for (size_t c = 0; c < f->course.chapter_count; c++)
        check_quiz(&f->course.chapters[c].lesson, course_quiz(&f->course, c));
}

/* The tutor has said "Right." already. */
static void check_feedback(const char *file, const char *of, const char *feedback)
{
    if (feedback && text_starts(feedback, "Right"))
        fail_msg("%s: %s: its feedback repeats the verdict: %s", file, of, feedback);
}

static void explained_step(struct fixture *f, size_t c, size_t s, size_t i)
{
    const struct directive *d = step_at(f, c, s, i)->directive;
    for (size_t a = 0; d && a < d->ask_count; a++)
        for (size_t k = 0; k < d->asks[a].option_count; k++)
            check_feedback(f->course.chapters[c].lesson.file, d->asks[a].question,
                           d->asks[a].options[k].feedback);
}

static void test_feedback_does_not_repeat_the_verdict(void **state)
{
    struct fixture *f = *state;
    for_each_step(f, explained_step);
    for (size_t c = 0; c < f->course.chapter_count + COURSE_TESTS; c++) {
        const struct quiz *quiz = c < f->course.chapter_count
                                      ? course_quiz(&f->course, c)
                                      : course_test(&f->course, c - f->course.chapter_count);
        for (size_t i = 0; i < quiz->count; i++)
            for (size_t k = 0; k < quiz->questions[i].choice_count; k++)
                check_feedback(quiz->file, quiz->questions[i].key,
                               quiz->questions[i].choices[k].feedback.text);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

/* ---- the demo that answers a question -------------------------------------------------------- */

/* Found by its very words, not the next best of its name. */
static void check_named_demos(struct fixture *f, const struct quiz *quiz, size_t *named)
{
    for (size_t i = 0; i < quiz->count; i++) {
        const struct question *question = &quiz->questions[i];
        const char *demo = question_tag(question, "demo:", 0);
        struct course_taught taught;
        course_find_taught(&f->course, question, &taught);
        if (!demo)
            continue;
        (*named)++;
        if (strcmp(demo, COURSE_NO_DEMO) == 0) {
            assert_false(taught.has_demo);
            continue;
        }
        const struct chapter *chapter = &f->course.chapters[taught.demo.chapter].lesson;
        const struct step *step = &chapter->sections[taught.demo.section].steps[taught.demo.step];
        assert_true(taught.has_demo);
        if (strcmp(step->directive->args, demo) != 0)
            fail_msg("%s: no step runs %s", question->key, demo);
    }
}

static void test_demos_that_questions_name_are_run_just_so(void **state)
{
    struct fixture *f = *state;
    size_t named = 0;
    for (size_t c = 0; c < f->course.chapter_count; c++)
        check_named_demos(f, course_quiz(&f->course, c), &named);
    for (enum course_test t = 0; t < COURSE_TESTS; t++)
        check_named_demos(f, course_test(&f->course, t), &named);
    assert_true(named > 0);
}

/* Whether a network fails to fit or to carry over is nothing that a chain of factors shows. */
static void test_fit_and_transfer_do_not_lead_to_the_chain(void **state)
{
    static const char *const keys[] = {"q1.10", "q1.12", "pre1", "post1"};
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const struct quiz *quiz =
            i < 2 ? course_quiz(&f->course, 0)
                  : course_test(&f->course, i == 2 ? COURSE_PRETEST : COURSE_POSTTEST);
        struct course_taught taught;
        course_find_taught(&f->course, quiz_find(quiz, keys[i]), &taught);
        const struct chapter *chapter = &f->course.chapters[taught.demo.chapter].lesson;
        if (taught.has_demo)
            assert_false(text_starts(
                chapter->sections[taught.demo.section].steps[taught.demo.step].directive->args,
                "chain"));
    }
}

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {
        TEST(test_every_step_is_shown_at_every_size),
        TEST(test_every_demo_runs_and_has_what_is_asked_of_it),
        TEST(test_every_drill_asks_for_numbers_that_there_are),
        TEST(test_chapters_recall_ask_and_have_notes),
        TEST(test_every_demo_is_predicted),
        TEST(test_quizzes_have_twelve_questions_of_five_kinds),
        TEST(test_feedback_does_not_repeat_the_verdict),
        TEST(test_demos_that_questions_name_are_run_just_so),
        TEST(test_fit_and_transfer_do_not_lead_to_the_chain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
