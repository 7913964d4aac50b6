#include "tui/visit.h"

#include "tui/scene.h"

#include <stdio.h>
#include <string.h>

static void remember(struct visit *visit)
{
    const struct pupil *pupil = &visit->pupil;
    visit->told_phase = pupil->phase;
    visit->told_stage = pupil->stage;
    visit->told_answer = pupil->answer;
    visit->told_q = pupil->q;
    visit->told_rd = pupil->rd;
    visit->told_roam = pupil->roam;
    snprintf(visit->told_place, sizeof visit->told_place, "%s", pupil->place);
}

static void serve(void *user)
{
    struct visit *visit = user;
    const struct pupil *pupil = &visit->pupil;
    pupil_serve(&visit->pupil);
    bool same = visit->told_phase == pupil->phase && visit->told_stage == pupil->stage &&
                visit->told_answer == pupil->answer && visit->told_q == pupil->q &&
                visit->told_rd == pupil->rd && visit->told_roam == pupil->roam &&
                strcmp(visit->told_place, pupil->place) == 0;
    remember(visit);
    visit->changes += !same;
    /* Where all is said it is not read from any more, and would wake us for ever. */
    bool still = pupil->stage == PUPIL_REFUSED || pupil->stage == PUPIL_REMOVED;
    visit->companion.fd = pupil->transport && !still ? pupil->transport->fd : -1;
}

static int wait_ms(void *user)
{
    return pupil_wait_ms(&((struct visit *)user)->pupil);
}

void visit_open(struct visit *visit, struct course *course)
{
    visit->course = course;
    arena_init(&visit->arena);
    remember(visit); /* this is what is said first */
    /* Between the lobby and the seat the connection may have been lost for good. */
    visit->companion =
        (struct companion){.fd = visit->pupil.transport ? visit->pupil.transport->fd : -1,
                           .serve = serve,
                           .wait_ms = wait_ms,
                           .user = visit};
}

void visit_close(struct visit *visit)
{
    pupil_close(&visit->pupil);
    entrance_free(&visit->entrance);
    arena_free(&visit->arena);
}

static const struct span *spans_of(struct arena *arena, const char *text, size_t *count)
{
    struct span *spans;
    lesson_inline(arena, text, &spans, count);
    return spans;
}

bool visit_ask(struct visit *visit)
{
    const struct pupil *pupil = &visit->pupil;
    const struct pupil_item *item = &pupil->item;
    uint64_t serial = (uint64_t)pupil->q * 2 + (uint64_t)(pupil->rd == 2);
    if (!pupil_may_answer(pupil))
        return false;
    if (serial == visit->ask_serial)
        return true;
    struct arena *arena = &visit->arena;
    arena_free(arena);
    struct study_option *options = ARENA_ARRAY(arena, item->choice_count, struct study_option);
    const char **stems = ARENA_ARRAY(arena, item->stem_count, const char *);
    for (size_t i = 0; i < item->choice_count; i++) {
        options[i].origin = i;
        options[i].spans = spans_of(arena, item->choices[i], &options[i].span_count);
    }
    for (size_t i = 0; i < item->stem_count; i++)
        stems[i] = arena_strdup(arena, item->stems[i]);
    visit->ask = (struct study_ask){
        .serial = serial,
        .kind = STUDY_QUESTION,
        .form = item->form,
        .head = pupil->rd == 2 ? "Vote again" : "Vote",
        .options = options,
        .option_count = item->choice_count,
        .stems = stems,
        .stem_count = item->stem_count,
    };
    visit->ask.prompt = spans_of(arena, item->text, &visit->ask.prompt_count);
    visit->ask_serial = serial;
    return true;
}

bool visit_answer(struct visit *visit, const struct study_answer *answer, struct err *err)
{
    struct buf a = {0};
    enum form form = visit->ask.form;
    bool whole = true;
    double value;
    if (form == FORM_NUMBER && answer->text && *answer->text) {
        /* The marker reads numbers as Moodle does; a learner may also write 1/4 or 0,25. */
        if (!study_read_number(answer->text, &value))
            return study_refuse_number(err, answer->text);
        buf_add_number(&a, value);
    } else if (form == FORM_TEXT || form == FORM_NUMBER) {
        struct str text = str_trim(str_of(answer->text ? answer->text : ""));
        buf_add_n(&a, text.text, text.length);
    }
    for (size_t i = 0; form != FORM_TEXT && form != FORM_NUMBER && i < answer->count; i++) {
        whole = whole && answer->chosen[i] != SIZE_MAX;
        buf_addf(&a, "%s%zu", i ? " " : "", answer->chosen[i]);
    }
    bool good = !a.length ? err_set(err, "Say something first.")
                : !whole  ? err_set(err, "Give each of them a partner.")
                          : pupil_say(&visit->pupil, buf_text(&a), err);
    buf_free(&a);
    return good;
}

const char *visit_link(const struct visit *visit)
{
    const struct pupil *pupil = &visit->pupil;
    if (pupil->stage == PUPIL_REFUSED || pupil->stage == PUPIL_REMOVED ||
        pupil->stage == PUPIL_OVER)
        return "";
    if (pupil->transport && pupil->transport->deceived)
        return "another program answers in place of the class; it was told nothing; trying again";
    if (!pupil->link)
        return pupil->ep ? "not connected; trying again" : "connecting";
    return pupil->seat && pupil->ep && !pupil->instructor ? "the instructor's computer is away"
                                                          : "";
}

/* "B", "A, C", or the words that were typed. */
static void say_answer(const struct pupil *pupil, struct buf *out)
{
    enum form form = pupil->item.form;
    if (form == FORM_TEXT || form == FORM_NUMBER) {
        buf_add(out, pupil->a);
        return;
    }
    struct str rest = str_of(pupil->a), word;
    int64_t number;
    for (size_t i = 0; (word = str_word(&rest)).length; i++)
        if (str_integer(word, &number))
            buf_addf(out, "%s%c", i ? ", " : "", 'A' + (int)(number % 26));
}

void visit_status(const struct visit *visit, struct buf *out)
{
    const struct pupil *pupil = &visit->pupil;
    switch (pupil->answer) {
    case ANSWER_NONE:
        break;
    case ANSWER_SENDING:
        buf_add(out, "sending: ");
        say_answer(pupil, out);
        break;
    case ANSWER_RECORDED:
        buf_add(out, "recorded: ");
        say_answer(pupil, out);
        break;
    case ANSWER_LATE:
        buf_add(out, "too late: the vote was closed before your answer arrived");
        break;
    case ANSWER_BAD:
        buf_add(out, "the instructor's computer could not read this answer; give it again");
        break;
    }
}

bool visit_may_roam(const struct visit *visit)
{
    const struct pupil *pupil = &visit->pupil;
    return pupil->stage == PUPIL_SEATED && pupil->phase == PHASE_SHOW && pupil->roam;
}

const char *visit_say_pace(struct visit *visit, enum class_pace pace)
{
    if (!pupil_say_pace(&visit->pupil, pace))
        return "Not connected: nobody could hear it.";
    return pupil_pace(&visit->pupil) == PACE_NONE   ? "Taken back."
           : pupil_pace(&visit->pupil) == PACE_LOST ? "Said, without your name: somebody is lost."
                                                    : "Said, without your name: it is too slow.";
}

bool visit_find_step(const struct visit *visit, size_t *chapter, size_t *section, size_t *step)
{
    struct str rest = str_of(visit->pupil.place), id = str_word(&rest), number = str_word(&rest);
    char place[120];
    int64_t index;
    bool has_section;
    snprintf(place, sizeof place, "%.*s/%.*s", (int)id.length, id.text, (int)number.length,
             number.text);
    if (!str_integer(str_word(&rest), &index) || index < 1 ||
        !course_find_place(visit->course, place, chapter, section, &has_section, NULL) ||
        !has_section)
        return false;
    *step = (size_t)index - 1;
    return *step < visit->course->chapters[*chapter].lesson.sections[*section].step_count;
}

/* The text of the step that the instructor shows, where this learner has the same course. Demos and
 * predictions stay on the big screen: here they would give the outcome away. */
static void lay_out_step(const struct visit *visit, struct layout *layout)
{
    struct str rest = str_of(visit->pupil.place), number;
    size_t chapter, section, step;
    str_word(&rest);
    number = str_word(&rest);
    layout_textf(layout, ROLE_DIM, "The instructor shows %.*s. Look at the big screen.",
                 (int)number.length, number.text);
    bool here = visit_find_step(visit, &chapter, &section, &step);
    if (visit_may_roam(visit))
        layout_text(layout, ROLE_STRONG,
                    here ? "You may read on by yourself until the next question: Enter."
                         : "The class reads on by itself, but the course on this computer does not "
                           "have this chapter; --course names another.");
    if (!here)
        return;
    const struct section *shown = &visit->course->chapters[chapter].lesson.sections[section];
    layout_gap(layout, 1);
    layout_textf(layout, ROLE_TITLE, "%s %s", shown->number, shown->title);
    layout_gap(layout, 1);
    layout_blocks(layout, shown->steps[step].blocks, shown->steps[step].block_count);
}

void visit_lay_out_time(const struct visit *visit, struct layout *layout)
{
    struct buf time = {0};
    scene_add_time(pupil_left_ms(&visit->pupil), pupil_is_ticking(&visit->pupil), &time);
    if (time.length)
        layout_text(layout, ROLE_TITLE, buf_text(&time));
    buf_free(&time);
}

static void lay_out_reveal(const struct visit *visit, struct layout *layout)
{
    const struct pupil *pupil = &visit->pupil;
    const struct pupil_item *item = &pupil->item;
    if (item->q != pupil->q)
        return;
    bool choice = item->form == FORM_CHOOSE_ONE || item->form == FORM_CHOOSE_MANY;
    bool bars = pupil->phase == PHASE_REVEAL && choice && pupil->h1_count >= item->choice_count;
    votes_lay_out(layout,
                  &(struct votes){
                      .text = item->text,
                      .choices = item->choices,
                      .choice_count = choice ? item->choice_count : 0,
                      .first = bars ? pupil->h1 : NULL,
                      .second = bars && pupil->h2_count >= item->choice_count ? pupil->h2 : NULL,
                      .key = bars ? pupil->key : NULL,
                      .key_count = bars ? pupil->key_count : 0,
                      .moves = pupil->moves,
                      .move_count = bars ? pupil->move_count : 0,
                      .right = pupil->phase == PHASE_REVEAL ? pupil->right : NULL,
                  });
    layout_gap(layout, 1);
    if (pupil->phase == PHASE_LOCKED)
        layout_text(layout, ROLE_TITLE, "The vote is closed.");
    else if (pupil->phase == PHASE_PAUSED)
        layout_text(layout, ROLE_TITLE, "The vote is paused.");
    if (pupil->phase == PHASE_PAUSED)
        visit_lay_out_time(visit, layout);
    struct buf status = {0};
    say_answer(pupil, &status);
    if (pupil->answer == ANSWER_RECORDED)
        layout_textf(layout, ROLE_TEXT, "You answered %s.", buf_text(&status));
    buf_free(&status);
}

void visit_lay_out(struct visit *visit, struct layout *layout)
{
    const struct pupil *pupil = &visit->pupil;
    switch (pupil->stage) {
    case PUPIL_JOINING:
        layout_text(layout, ROLE_TEXT, "Joining the class …");
        if (pupil->link)
            layout_text(layout, ROLE_DIM,
                        "The broker answers; the instructor's computer does not yet. Has the class "
                        "begun, and is the code right?");
        return;
    case PUPIL_REFUSED:
    case PUPIL_REMOVED:
        layout_text(layout, ROLE_WARNING, pupil->why);
        return;
    case PUPIL_OVER:
        layout_text(layout, ROLE_TITLE, "The class is over. q leaves.");
        return;
    case PUPIL_SEATED:
        break;
    }
    switch (pupil->phase) {
    case PHASE_LOBBY:
        layout_text(layout, ROLE_TITLE, "You are in. The class begins soon.");
        /* What was said last may have been said before we came. */
        layout_textf(layout, ROLE_TEXT, "%lld %s joined.",
                     (long long)(pupil->seats > 1 ? pupil->seats : 1),
                     pupil->seats > 1 ? "have" : "has");
        break;
    case PHASE_SHOW:
        lay_out_step(visit, layout);
        break;
    case PHASE_OPEN: /* its field is the view's */
        break;
    case PHASE_PAUSED:
    case PHASE_LOCKED:
    case PHASE_REVEAL:
        lay_out_reveal(visit, layout);
        break;
    case PHASE_END:
        break;
    }
}
