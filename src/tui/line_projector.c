/* Line mode of a projector: each change in lines. */
#include "tui/line_parts.h"
#include "tui/projection.h"

#include <stdio.h>
#include <string.h>

static void say_slide(struct line *line, const struct projection *projection)
{
    const struct chapter *chapter = &projection->course.chapters[projection->chapter].lesson;
    struct grid grid;
    if (projection->section >= chapter->section_count) {
        line_say(line, "The chapter is over.\n");
        return;
    }
    const struct section *section = &chapter->sections[projection->section];
    struct layout layout = line_begin(line, &grid);
    layout.course = (struct course *)&projection->course;
    layout_textf(&layout, ROLE_TITLE, "%s %s (step %zu of %zu)", section->number, section->title,
                 projection->step + 1, section->step_count);
    if (projection->step < section->step_count)
        layout_blocks(&layout, section->steps[projection->step].blocks,
                      section->steps[projection->step].block_count);
    bool answered = projection->stage == STUDY_FEEDBACK;
    if (projection->stage == STUDY_ASK || projection->stage == STUDY_SURE || answered)
        layout_textf(&layout, ROLE_STRONG, "Asked aloud: %s", projection->ask);
    if (answered && *projection->said)
        layout_textf(&layout, ROLE_TEXT, "Answered: %s", projection->said);
    if (answered && line->study.stage == STUDY_FEEDBACK && line->study.feedback.verdict)
        layout_text(&layout, ROLE_TEXT, line->study.feedback.verdict);
    if (line->study.stage == STUDY_OUTCOME && line->study.has_run)
        layout_demo(&layout, &line->study.run, 0);
    line_finish(line, &layout);
}

static void say(struct line *line, const struct projection *projection)
{
    struct scene scene = projection_scene(projection);
    if (projection->over) {
        line_sayf(line, "%s\n", projection_ended);
        return;
    }
    if (projection->blank) {
        line_say(line, "(The screen is blank.)\n");
        return;
    }
    if (!scene.shown) {
        projection_follow(projection, &line->study);
        while (study_work(&line->study, 1000))
            ;
        say_slide(line, projection);
        if (scene.problem && *scene.problem)
            line_sayf(line, "(%s)\n", scene.problem);
        return;
    }
    struct grid grid;
    struct layout layout = line_begin(line, &grid);
    scene_lay_out(&scene, &layout);
    line_finish(line, &layout);
}

void line_projector(struct line *line, struct projection *projection)
{
    line->projection = projection;
    line->study.aloud = true;
    unsigned said = projection->changes - 1;
    while (!line->ended) {
        if (said != projection->changes)
            say(line, projection);
        said = projection->changes;
        const char *typed = line_ask(line, "[q]uit: ");
        if (typed && strcmp(typed, "q") == 0)
            return;
    }
}
