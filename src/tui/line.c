#include "tui/line.h"

#include "study/onward.h"
#include "tui/edits.h"
#include "tui/line_parts.h"
#include "tui/stats_page.h"

#include "base/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void say_news(struct line *line, const struct err *news)
{
    if (news->text[0])
        line_sayf(line, "(%s.)\n", news->text);
}

static void line_log(void *user, struct event *event)
{
    struct line *line = user;
    struct err news;
    keep_event(&line->session->keep, &line->session->store, event, &news);
    say_news(line, &news);
}

static void read_progress(struct line *line)
{
    struct err err;
    keep_retry(&line->session->keep, &line->session->store, &err);
    say_news(line, &err);
    arena_free(&line->progress_arena);
    line->progress = (struct progress){0};
    if (line->session->store &&
        !store_progress(line->session->store, line->session->course->page.id, &line->progress_arena,
                        &line->progress, &err))
        line_sayf(line, "(%s)\n", err.text);
}

/* "Go on at 1.3 ...": what Enter does at the prompt that follows. */
static void say_place(struct line *line)
{
    struct onward place = onward_next(line->session->course, &line->progress, line->due);
    struct buf text = {0};
    onward_say(line->session->course, &place, &text);
    line_sayf(line, "Enter: %s.\n", buf_text(&text));
    buf_free(&text);
}

/* `asks`: a key can be pressed at the prompt that follows. */
static void say_home(struct line *line, bool asks)
{
    struct course *course = line->session->course;
    struct review review;
    struct buf text = {0};
    bool good = review_open(&review, line->session->store, course, &line->session->clock, 0, NULL);
    line_sayf(line, "%s\n", course->page.title);
    for (size_t i = 0; i < course->chapter_count; i++) {
        const struct chapter *chapter = &course->chapters[i].lesson;
        struct memory memory = review_memory(&review, chapter->id);
        buf_clear(&text);
        stats_say_chapter(chapter, progress_of(&line->progress, chapter->id), &memory, &text);
        line_sayf(line, "  %d. %s: %s\n", chapter->number, chapter->title, buf_text(&text));
    }
    buf_clear(&text);
    if (good)
        review_say(&review, &text);
    line->due = good ? review.count : 0;
    if (text.length)
        line_sayf(line, "%s\n", buf_text(&text));
    review_close(&review);
    buf_clear(&text);
    if (asks) {
        say_place(line);
    } else {
        onward_say_next(course, &line->progress, line->due, &text);
        line_say(line, buf_text(&text));
    }
    buf_free(&text);
}

static void open_chapter(struct line *line, size_t index, size_t section, bool has_section)
{
    const struct chapter *chapter = &line->session->course->chapters[index].lesson;
    const struct chapter_progress *seen = progress_of(&line->progress, chapter->id);
    size_t step = 0;
    if (!has_section && seen && seen->resume_section)
        study_locate(chapter, seen->resume_section, seen->resume_hash, &section, &step);
    line_jump(line, index, section, step);
    line_study(line);
}

/* That of the chapter where one is. */
static void open_quiz(struct line *line)
{
    size_t chapter = onward_next(line->session->course, &line->progress, line->due).chapter;
    struct study_source source = {course_quiz(line->session->course, chapter)};
    if (!source.quiz) {
        line_say(line, "This chapter has no quiz.\n");
        return;
    }
    study_quiz(&line->study, &source, 1, 0, false, line->session->pass);
    line_study(line);
}

/* That of a chapter's quiz; where none is named, of the chapter where one is. */
static void open_result(struct line *line, const char *name)
{
    struct err err;
    struct course *course = line->session->course;
    size_t chapter = onward_next(course, &line->progress, line->due).chapter;
    if (*name && !course_find_chapter(course, name, &chapter, &err))
        line_sayf(line, "%s\n", err.text);
    else if (!course_quiz(course, chapter))
        line_say(line, "This chapter has no quiz.\n");
    else
        line_last_result(line, course_quiz(course, chapter));
}

static void open_place(struct line *line)
{
    struct onward place = onward_next(line->session->course, &line->progress, line->due);
    struct study_source source = {onward_quiz(line->session->course, &place)};
    if (place.kind == ONWARD_END) {
        line_stats(line);
    } else if (place.kind == ONWARD_REVIEW) {
        line_review(line);
    } else if (source.quiz) {
        study_quiz(&line->study, &source, 1, 0, false, line->session->pass);
        line_study(line);
    } else if (place.kind == ONWARD_STEP) {
        line_jump(line, place.chapter, place.section, place.step);
        line_study(line);
    } else {
        line_say(line, "This quiz cannot be read.\n");
    }
}

static bool takes_offer(struct line *line)
{
    return line->session->store && !line->progress.count &&
           course_test(line->session->course, COURSE_PRETEST) && line_offer(line, COURSE_PRETEST);
}

static void home_loop(struct line *line)
{
    struct err err;
    if (line->session->first) {
        struct grid grid;
        struct layout layout = line_begin(line, &grid);
        /* The first paragraphs say what this is; what follows explains keys of the screen. */
        size_t blocks = line->session->course->page.block_count;
        layout_blocks(&layout, line->session->course->page.blocks, blocks < 2 ? blocks : 2);
        layout_gap(&layout, 1);
        line_finish(line, &layout);
        struct buf path = {0};
        utf8_sanitise_line(&path, store_path(line->session->store),
                           strlen(store_path(line->session->store)), 1000);
        line_sayf(
            line,
            "Here it asks line by line: type an answer and press Enter. ? helps at any prompt.\n"
            "Your answers are kept in %s\n\n",
            buf_text(&path));
        buf_free(&path);
    }
    while (!line->ended) {
        bool turned;
        if (line->study.stage != STUDY_DONE) { /* a prompt on the way led there */
            line_study(line);
            continue;
        }
        line_take_edits(line, &turned);
        read_progress(line);
        say_home(line, true);
        const char *typed = line_ask(
            line, line->progress.count
                      ? "Chapter number, [r]eview, [s]tatistics, [o]ptions, [d]emos, [?], [q]uit: "
                      : "Chapter number, [d]emos, [/]find, [?], [q]uit: ");
        if (!typed)
            break;
        if (strcmp(typed, "s") == 0 || strcmp(typed, "statistics") == 0) {
            line_stats(line);
            continue;
        }
        if (strcmp(typed, "?") == 0)
            line_say(line,
                     "A number opens its chapter, Enter goes on where it says, z takes the quiz "
                     "of the chapter\nwhere you are, l shows its last result again (l 3 that of "
                     "chapter 3), r reviews what\nis due, s says where you stand, o sets how "
                     "reviews go.\n");
        if (line_everywhere(line, typed) != LINE_OTHER)
            continue;
        if (strcmp(typed, "r") == 0 || strcmp(typed, "review") == 0) {
            line_review(line);
            continue;
        }
        if (strcmp(typed, "o") == 0) {
            line_settings(line);
            continue;
        }
        if (strcmp(typed, "l") == 0 || text_starts(typed, "l ")) {
            open_result(line, typed[1] ? typed + 2 : "");
            continue;
        }
        if (strcmp(typed, "z") == 0) {
            open_quiz(line);
            continue;
        }
        if (!*typed) {
            if (takes_offer(line))
                line_study(line);
            else if (!line->ended)
                open_place(line);
            continue;
        }
        size_t chapter, section;
        bool has_section;
        if (!course_find_place(line->session->course, typed, &chapter, &section, &has_section,
                               &err)) {
            line_sayf(line, "%s\n", err.text);
        } else if (chapter == 0 && takes_offer(line)) {
            line_study(line);
        } else if (!line->ended) {
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
    line.study.store = session->store;
    line.study.seed_is_asked = session->seed != 0;
    line.study.done = &session->done;
    say_news(&line, &session->store_problem);
    read_progress(&line);
    line.watch.fd = -1;
    if (asks)
        edits_open(&line.watch, session, start->kind);
    if (session->companion) /* what is read ahead could not be waited for */
        setvbuf(stdin, NULL, _IONBF, 0);
    if (start->result) {
        line.ended = !asks; /* it is said, and nothing is asked */
        line_last_result(&line, start->sources[0].quiz);
    } else if (!asks) {
        say_home(&line, false);
        line_say(&line, "To study here, use a terminal, or --plain to be asked line by line.\n");
    } else if (start->kind == START_CHAPTER) {
        open_chapter(&line, start->chapter, start->section, start->has_section);
    } else if (start->kind == START_PRESENT) {
        line_present(&line, start->present);
    } else if (start->kind == START_NOTES) {
        line_notes(&line, start->notes);
    } else if (start->kind == START_VISIT) {
        line_visit(&line, start->visit);
    } else if (start->kind == START_PROJECTOR) {
        line_projector(&line, start->projection);
    } else if (start->kind == START_REVIEW) {
        line_review(&line);
        if (line.study.stage != STUDY_DONE && !line.study.in_quiz)
            line_study(&line);
    } else if (start->kind == START_QUIZ) {
        if (start->items)
            study_practise(&line.study, start->items, start->item_count, start->shuffle,
                           session->pass);
        else
            study_quiz(&line.study, start->sources, start->source_count, start->most,
                       start->shuffle, session->pass);
        if (!session->seed)
            line_sayf(&line, "(The options are shuffled with --seed %llu.)\n",
                      (unsigned long long)line.study.seed);
        line_study(&line);
    } else {
        home_loop(&line);
        session->exit_code = 0; /* whatever quiz was left on the way */
    }
    fflush(stdout);
    study_free(&line.study);
    course_watch_close(&line.watch);
    arena_free(&line.frame);
    arena_free(&line.progress_arena);
    history_free(&line.history);
    buf_free(&line.clean);
    buf_free(&line.typed);
}
