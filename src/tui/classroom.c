#include "tui/classroom.h"

#include "tui/votes.h"

#include <stdio.h>
#include <string.h>

static bool fail(struct present *present, const struct err *err)
{
    snprintf(present->message, sizeof present->message, "%c%.200s.",
             err->text[0] >= 'a' && err->text[0] <= 'z' ? err->text[0] - 32 : err->text[0],
             err->text + 1);
    return true;
}

/* The question on the slide, else the section's concept test. */
static const struct question *question_at_hand(const struct present *present)
{
    const struct study *study = present->study;
    const struct section *section = study_section(study);
    const struct quiz *quiz = study_chapter_quiz(study);
    if ((study->stage == STUDY_ASK || study->stage == STUDY_FEEDBACK) && study->ask.question)
        return study->ask.question;
    for (size_t i = 0; section && quiz && i < section->note_count; i++)
        if (section->notes[i]->concept_test)
            return quiz_find(quiz, section->notes[i]->concept_test);
    return NULL;
}

static bool ask(struct present *present, const struct question *question, int64_t like)
{
    struct err err;
    if (!question) {
        snprintf(present->message, sizeof present->message,
                 like ? "The quiz has no other question on this objective."
                      : "There is no question here: this section names no concept test.");
        return true;
    }
    return desk_ask(&present->host->desk, question, like, &err) || fail(present, &err);
}

static bool vote(struct present *present)
{
    struct desk *desk = &present->host->desk;
    struct err err;
    switch (desk->phase) {
    case PHASE_OPEN:
    case PHASE_PAUSED: {
        if (!desk_lock(desk, &err))
            return fail(present, &err);
        return true;
    }
    case PHASE_LOCKED:
        return desk_revote(desk, &err) || fail(present, &err);
    default:
        return ask(present, question_at_hand(present), 0);
    }
}

static bool leave_vote(struct present *present)
{
    struct desk *desk = &present->host->desk;
    struct study *study = present->study;
    if (desk->phase == PHASE_OPEN || desk->phase == PHASE_PAUSED) {
        snprintf(present->message, sizeof present->message, "A vote is open; v closes it.");
        return true;
    }
    if (!classroom_is_shown(present))
        return false;
    /* The slide of that question would only ask it again. */
    bool same = study->ask.question == desk->question;
    if (desk->phase == PHASE_REVEAL && study->stage == STUDY_ASK && same)
        study_skip(study);
    if (desk->phase == PHASE_REVEAL && study->stage == STUDY_FEEDBACK && same)
        study_next(study);
    desk->place[0] = '\0';
    desk->phase = PHASE_SHOW;
    classroom_follow(present);
    return true;
}

static bool remove_seat(struct present *present, const char *number, bool ban)
{
    struct err err;
    int64_t seat;
    if (!str_integer(str_trim(str_of(number)), &seat))
        err_set(&err, "name the seat by its number; the notes list them");
    else if (desk_remove(&present->host->desk, seat, ban, &err))
        return true;
    return fail(present, &err);
}

bool classroom_do(struct present *present, const char *word)
{
    struct desk *desk = &present->host->desk;
    struct err err;
    present->message[0] = '\0';
    if (strcmp(word, "vote") == 0)
        return vote(present);
    if (strcmp(word, "reveal") == 0)
        return desk_reveal(desk, &err) || fail(present, &err);
    if (strcmp(word, "similar") == 0)
        return ask(present,
                   desk->question ? peer_similar(study_chapter_quiz(present->study), desk->question,
                                                 desk->asked, desk->asked_count)
                                  : NULL,
                   desk->q);
    if (strcmp(word, "pause") == 0)
        return desk_pause(desk, &err) || fail(present, &err);
    if (strcmp(word, "lock") == 0 || strcmp(word, "unlock") == 0) {
        desk->lobby_locked = *word == 'l';
        snprintf(present->message, sizeof present->message, "The class is %s.",
                 desk->lobby_locked ? "locked: nobody new can join" : "open to newcomers");
        return true;
    }
    if (text_starts(word, "remove "))
        return remove_seat(present, word + 7, false);
    if (text_starts(word, "ban "))
        return remove_seat(present, word + 4, true);
    return strcmp(word, "next") == 0 && leave_vote(present);
}

bool classroom_is_shown(const struct present *present)
{
    return present->host && present->host->desk.phase != PHASE_SHOW &&
           present->host->desk.phase != PHASE_END;
}

void classroom_follow(struct present *present)
{
    const struct study *study = present->study;
    const struct section *section = study_section(study);
    char place[80];
    if (present->host->desk.phase == PHASE_LOBBY)
        return;
    snprintf(place, sizeof place, "%.40s %.10s %zu", study_chapter(study)->id,
             section ? section->number : "-", study->step + 1);
    desk_show(&present->host->desk, study->section, study->step, place);
}

/* ---- what the room sees ------------------------------------------------------------------------------- */

static void lay_out_lobby(const struct present *present, struct layout *layout)
{
    const struct desk *desk = &present->host->desk;
    struct buf names = {0};
    layout_textf(layout, ROLE_TITLE, "%s", study_chapter(present->study)->title);
    layout_gap(layout, 1);
    size_t line_count = present->host->line_count;
    if (line_count) {
        layout_text(layout, ROLE_TEXT,
                    line_count == 1 ? "To join, type:" : "To join, type one of these lines:");
        layout_gap(layout, 1);
        for (size_t i = 0; i < line_count; i++)
            layout_textf(layout, ROLE_KEY, "    %s", present->host->lines[i]);
        layout_gap(layout, 1);
    }
    if (present->host->broker) { /* else nothing listens here */
        layout_text(layout, ROLE_TEXT,
                    line_count ? "Or, on this machine:" : "To join, type on this machine:");
        layout_gap(layout, 1);
        layout_textf(layout, ROLE_KEY, "    nntutor join %s", desk->session.code);
        layout_gap(layout, 1);
    }
    layout_textf(layout, ROLE_TEXT, "%zu here%s", desk_present(desk),
                 desk->lobby_locked ? "; the class is locked" : "");
    for (size_t i = 0; i < desk->seat_count; i++)
        if (desk->seats[i].row.state == SEAT_IN && *desk->seats[i].row.name)
            buf_addf(&names, "%s%s", names.length ? ", " : "", desk->seats[i].row.name);
    if (names.length)
        layout_text(layout, ROLE_DIM, buf_text(&names));
    buf_free(&names);
}

static void lay_out_vote(const struct present *present, struct layout *layout)
{
    const struct desk *desk = &present->host->desk;
    const struct question *question = desk->question;
    enum form form = question_form(question);
    bool choice = form == FORM_CHOOSE_ONE || form == FORM_CHOOSE_MANY;
    bool reveal = desk->phase == PHASE_REVEAL;
    struct tally tally[2] = {desk_tally(desk, 1), desk_tally(desk, 2)};
    int64_t counts[2][PEER_OPTIONS], key[PEER_OPTIONS], flat[24];
    const char *choices[PEER_OPTIONS], *feedback[PEER_OPTIONS];
    struct votes votes = {.choices = choices, .moves = flat};
    struct move moves[8];
    struct buf text = {0}, right = {0};
    for (size_t i = 0; choice && i < question->choice_count && i < PEER_OPTIONS; i++) {
        choices[votes.choice_count++] = question->choices[i].shown;
        feedback[i] = question->choices[i].feedback.text;
        counts[0][i] = (int64_t)tally[0].option[i];
        counts[1][i] = (int64_t)tally[1].option[i];
        if (question->choices[i].fraction > 0)
            key[votes.key_count++] = (int64_t)i;
    }
    quiz_text_plain(&question->stem, &text);
    votes.text = buf_text(&text);
    if (reveal) {
        votes.first = choice ? counts[0] : NULL;
        votes.second = choice && desk->rd == 2 ? counts[1] : NULL;
        votes.key = key;
        votes.feedback = feedback;
        votes.move_count = desk_moves(desk, moves, 8);
        for (size_t i = 0; i < votes.move_count; i++) {
            flat[3 * i] = (int64_t)moves[i].from;
            flat[3 * i + 1] = (int64_t)moves[i].to;
            flat[3 * i + 2] = (int64_t)moves[i].count;
        }
        question_key_text(question, &right);
        votes.right = buf_text(&right);
    } else {
        votes.key_count = 0;
    }
    votes_lay_out(layout, &votes);
    layout_gap(layout, 1);
    const struct tally *now = &tally[desk->rd - 1];
    layout_textf(layout, ROLE_TITLE, "%s%zu of %zu have voted%s",
                 desk->rd == 2 ? "Second vote: " : "", now->answered, desk_in(desk),
                 desk->phase == PHASE_PAUSED   ? "; paused."
                 : desk->phase == PHASE_LOCKED ? "; the vote is closed."
                                               : ".");
    if (reveal && !choice && now->answered)
        layout_textf(layout, ROLE_TEXT, "%zu were right.", now->right);
    buf_free(&text);
    buf_free(&right);
}

void classroom_lay_out(const struct present *present, struct layout *layout)
{
    const struct desk *desk = &present->host->desk;
    if (*desk->problem || *present->host->problem) {
        layout_text(layout, ROLE_WARNING, *desk->problem ? desk->problem : present->host->problem);
        layout_gap(layout, 1);
    }
    if (desk->phase == PHASE_LOBBY || !desk->question)
        lay_out_lobby(present, layout);
    else
        lay_out_vote(present, layout);
}

/* ---- what only the notes say -------------------------------------------------------------------------- */

static const char *say_options(const struct desk *desk, struct arena *arena, int64_t rd)
{
    struct tally tally = desk_tally(desk, rd);
    struct buf line = {0};
    buf_addf(&line, "Vote %lld:", (long long)rd);
    enum form form = question_form(desk->question);
    for (size_t i = 0; (form == FORM_CHOOSE_ONE || form == FORM_CHOOSE_MANY) &&
                       i < desk->question->choice_count && i < PEER_OPTIONS;
         i++)
        buf_addf(&line, " %c%s %zu", 'A' + (int)(i % 26),
                 desk->question->choices[i].fraction > 0 ? "✓" : "", tally.option[i]);
    if (tally.answered)
        buf_addf(&line, "; %zu of %zu right (%.0f %%)", tally.right, tally.answered,
                 100.0 * (double)tally.right / (double)tally.answered);
    const char *text = arena_strdup(arena, buf_text(&line));
    buf_free(&line);
    return text;
}

/* Seats by number and name, those who have not voted, or all. */
static const char *say_seats(const struct desk *desk, struct arena *arena, bool silent)
{
    struct buf line = {0};
    for (size_t i = 0; i < desk->seat_count && line.length < 600; i++) {
        const struct seat *seat = &desk->seats[i];
        if (seat->row.state == SEAT_IN && (!silent || !seat->vote[desk->rd - 1].n))
            buf_addf(&line, "%s%zu %s%s",
                     line.length ? ", "
                     : silent    ? "Not voted: "
                                 : "Seats: ",
                     i + 1, seat->row.name, seat->on ? "" : " (away)");
    }
    const char *text = arena_strdup(arena, buf_text(&line));
    buf_free(&line);
    return text;
}

size_t classroom_say(const struct present *present, struct arena *arena, const char **out,
                     size_t most)
{
    const struct host *host = present->host;
    const struct desk *desk = &host->desk;
    size_t count = 0;
    if (most < 8)
        return 0;
    if (*desk->problem)
        out[count++] = desk->problem;
    if (*host->problem)
        out[count++] = host->problem;
    if (*present->message)
        out[count++] = present->message;
    out[count++] = arena_printf(arena, "Class %s: %zu of %zu here; %s.", desk->session.code,
                                desk_present(desk), desk_in(desk), phase_names[desk->phase]);
    if (!classroom_is_shown(present) || !desk->question || desk->phase == PHASE_LOBBY) {
        out[count] = say_seats(desk, arena, false);
        return count + (*out[count] != '\0');
    }
    for (int64_t rd = 1; rd <= desk->rd; rd++)
        out[count++] = say_options(desk, arena, rd);
    if (desk->phase == PHASE_LOCKED) {
        struct tally tally = desk_tally(desk, desk->rd);
        out[count++] = peer_advice_text(peer_advice(&tally));
    } else if (desk->phase != PHASE_REVEAL) {
        out[count] = say_seats(desk, arena, true);
        count += *out[count] != '\0';
    }
    return count;
}
