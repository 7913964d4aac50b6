#include "nn/digits_table.h"

/* clang-format off */
const struct skeleton digit_skeletons[10][DIGIT_STYLES] = {
    [0] = {
        /* round, closed at the top */
        {9, {{DOWN, .52f, .01f}, {CURVE, .20f, .13f}, {CURVE, .03f, .48f}, {CURVE, .16f, .86f},
             {CURVE, .48f, 1.0f}, {CURVE, .83f, .84f}, {CURVE, .97f, .48f}, {CURVE, .82f, .13f},
             {CURVE, .50f, .01f}}},
        /* narrow, leaning, begun at the upper right and overlapping */
        {9, {{DOWN, .72f, .08f}, {CURVE, .42f, .06f}, {CURVE, .20f, .40f}, {CURVE, .22f, .82f},
             {CURVE, .45f, .99f}, {CURVE, .72f, .80f}, {CURVE, .82f, .40f}, {CURVE, .64f, .06f},
             {CURVE, .40f, .12f}}},
        /* wide, the loop not quite closed */
        {8, {{DOWN, .40f, .06f}, {CURVE, .10f, .26f}, {CURVE, .05f, .68f}, {CURVE, .36f, .97f},
             {CURVE, .76f, .90f}, {CURVE, .97f, .52f}, {CURVE, .82f, .14f}, {CURVE, .56f, .06f}}},
    },
    [1] = {
        /* a bare line */
        {3, {{DOWN, .50f, .00f}, {CURVE, .50f, .50f}, {CURVE, .50f, 1.0f}}},
        /* with a flag */
        {4, {{DOWN, .26f, .20f}, {CORNER, .54f, .01f}, {CURVE, .53f, .52f}, {CURVE, .51f, 1.0f}}},
        /* with flag and foot */
        {6, {{DOWN, .28f, .19f}, {CORNER, .52f, .01f}, {CURVE, .52f, .50f}, {CURVE, .52f, .98f},
             {DOWN, .22f, .98f}, {CURVE, .80f, .97f}}},
    },
    [2] = {
        /* sharp at the foot */
        {7, {{DOWN, .08f, .22f}, {CURVE, .36f, .01f}, {CURVE, .80f, .10f}, {CURVE, .78f, .40f},
             {CURVE, .42f, .74f}, {CORNER, .06f, .98f}, {CURVE, .95f, .97f}}},
        /* a loop at the foot, the tail swinging up */
        {10, {{DOWN, .12f, .18f}, {CURVE, .45f, .00f}, {CURVE, .82f, .18f}, {CURVE, .66f, .56f},
              {CURVE, .30f, .92f}, {CURVE, .08f, .94f}, {CURVE, .12f, .76f}, {CURVE, .40f, .82f},
              {CURVE, .70f, .98f}, {CURVE, 1.0f, .88f}}},
        /* nearly a z: flat top and straight back */
        {6, {{DOWN, .10f, .10f}, {CURVE, .50f, .02f}, {CURVE, .86f, .12f}, {CURVE, .60f, .52f},
             {CORNER, .08f, .96f}, {CURVE, .92f, .94f}}},
    },
    [3] = {
        /* two round bowls */
        {10, {{DOWN, .10f, .12f}, {CURVE, .45f, .00f}, {CURVE, .84f, .16f}, {CURVE, .72f, .40f},
              {CORNER, .36f, .46f}, {CURVE, .76f, .54f}, {CURVE, .93f, .76f}, {CURVE, .66f, .97f},
              {CURVE, .30f, .99f}, {CURVE, .04f, .84f}}},
        /* flat top, then a slash and one bowl */
        {8, {{DOWN, .12f, .03f}, {CORNER, .86f, .03f}, {CORNER, .42f, .40f}, {CURVE, .78f, .48f},
             {CURVE, .92f, .72f}, {CURVE, .68f, .96f}, {CURVE, .32f, .99f}, {CURVE, .06f, .86f}}},
        /* quick: small upper bowl, hardly a waist */
        {9, {{DOWN, .20f, .08f}, {CURVE, .56f, .02f}, {CURVE, .76f, .20f}, {CURVE, .58f, .42f},
             {CURVE, .54f, .48f}, {CURVE, .80f, .62f}, {CURVE, .78f, .86f}, {CURVE, .44f, 1.0f},
             {CURVE, .10f, .90f}}},
    },
    [4] = {
        /* open, two strokes */
        {6, {{DOWN, .14f, .02f}, {CURVE, .10f, .36f}, {CORNER, .12f, .56f}, {CURVE, .92f, .52f},
             {DOWN, .74f, .06f}, {CURVE, .68f, 1.0f}}},
        /* closed triangle */
        {7, {{DOWN, .64f, .00f}, {CURVE, .34f, .34f}, {CORNER, .04f, .66f}, {CURVE, .98f, .66f},
             {DOWN, .66f, .02f}, {CURVE, .66f, .50f}, {CURVE, .64f, 1.0f}}},
        /* one stroke: a cup, then up and down the stem */
        {7, {{DOWN, .10f, .04f}, {CURVE, .08f, .40f}, {CURVE, .38f, .56f}, {CURVE, .74f, .42f},
             {CORNER, .86f, .06f}, {CURVE, .78f, .52f}, {CURVE, .74f, 1.0f}}},
    },
    [5] = {
        /* stem and bowl, the bar added last */
        {9, {{DOWN, .20f, .04f}, {CORNER, .14f, .44f}, {CURVE, .56f, .38f}, {CURVE, .90f, .62f},
             {CURVE, .74f, .92f}, {CURVE, .38f, 1.0f}, {CURVE, .06f, .88f},
             {DOWN, .20f, .04f}, {CURVE, .88f, .02f}}},
        /* one stroke from the right end of the bar */
        {8, {{DOWN, .92f, .03f}, {CORNER, .28f, .05f}, {CORNER, .18f, .46f}, {CURVE, .60f, .40f},
             {CURVE, .86f, .66f}, {CURVE, .68f, .94f}, {CURVE, .34f, .99f}, {CURVE, .08f, .86f}}},
        /* quick: all curves, like an s */
        {8, {{DOWN, .94f, .05f}, {CURVE, .52f, .04f}, {CURVE, .26f, .20f}, {CURVE, .36f, .44f},
             {CURVE, .68f, .58f}, {CURVE, .74f, .82f}, {CURVE, .44f, 1.0f}, {CURVE, .04f, .92f}}},
    },
    [6] = {
        /* a long curved stem into a round loop */
        {9, {{DOWN, .74f, .02f}, {CURVE, .36f, .20f}, {CURVE, .10f, .60f}, {CURVE, .22f, .92f},
             {CURVE, .56f, 1.0f}, {CURVE, .88f, .78f}, {CURVE, .72f, .54f}, {CURVE, .38f, .56f},
             {CURVE, .14f, .74f}}},
        /* an upright stem, a small loop low down */
        {8, {{DOWN, .40f, .00f}, {CURVE, .20f, .38f}, {CURVE, .16f, .78f}, {CURVE, .42f, .99f},
             {CURVE, .76f, .90f}, {CURVE, .78f, .68f}, {CURVE, .50f, .58f}, {CURVE, .20f, .72f}}},
        /* hooked at the top, a wide loop */
        {9, {{DOWN, .84f, .14f}, {CURVE, .58f, .01f}, {CURVE, .22f, .22f}, {CURVE, .06f, .62f},
             {CURVE, .28f, .96f}, {CURVE, .72f, .96f}, {CURVE, .92f, .70f}, {CURVE, .60f, .48f},
             {CURVE, .16f, .60f}}},
    },
    [7] = {
        /* bar and slash */
        {5, {{DOWN, .06f, .05f}, {CURVE, .50f, .04f}, {CORNER, .92f, .04f}, {CURVE, .60f, .48f},
             {CURVE, .38f, 1.0f}}},
        /* crossed */
        {7, {{DOWN, .06f, .07f}, {CURVE, .50f, .05f}, {CORNER, .92f, .03f}, {CURVE, .62f, .48f},
             {CURVE, .38f, 1.0f},
             {DOWN, .26f, .52f}, {CURVE, .86f, .48f}}},
        /* a serif at the left, the turn rounded */
        {7, {{DOWN, .08f, .22f}, {CORNER, .12f, .04f}, {CURVE, .56f, .07f}, {CURVE, .90f, .05f},
             {CURVE, .80f, .28f}, {CURVE, .62f, .60f}, {CURVE, .56f, 1.0f}}},
    },
    [8] = {
        /* one stroke: an s and back up */
        {11, {{DOWN, .78f, .14f}, {CURVE, .48f, .00f}, {CURVE, .18f, .16f}, {CURVE, .34f, .40f},
              {CURVE, .70f, .58f}, {CURVE, .84f, .82f}, {CURVE, .48f, 1.0f}, {CURVE, .14f, .82f},
              {CURVE, .32f, .56f}, {CURVE, .66f, .38f}, {CURVE, .80f, .12f}}},
        /* two rings, one on the other */
        {12, {{DOWN, .50f, .01f}, {CURVE, .22f, .12f}, {CURVE, .26f, .36f}, {CURVE, .52f, .46f},
              {CURVE, .78f, .34f}, {CURVE, .78f, .12f}, {CURVE, .48f, .01f},
              {DOWN, .50f, .46f}, {CURVE, .14f, .72f}, {CURVE, .48f, 1.0f}, {CURVE, .86f, .74f},
              {CURVE, .50f, .46f}}},
        /* begun in the middle, the upper loop narrow */
        {10, {{DOWN, .52f, .46f}, {CURVE, .24f, .24f}, {CURVE, .48f, .01f}, {CURVE, .76f, .20f},
              {CURVE, .56f, .46f}, {CURVE, .20f, .70f}, {CURVE, .30f, .96f}, {CURVE, .68f, .96f},
              {CURVE, .82f, .70f}, {CURVE, .50f, .46f}}},
    },
    [9] = {
        /* a ring, then a straight stem */
        {8, {{DOWN, .82f, .16f}, {CURVE, .50f, .00f}, {CURVE, .14f, .20f}, {CURVE, .26f, .46f},
             {CURVE, .62f, .44f}, {CORNER, .86f, .12f}, {CURVE, .82f, .56f}, {CURVE, .74f, 1.0f}}},
        /* the stem curls round to the left */
        {9, {{DOWN, .80f, .14f}, {CURVE, .46f, .01f}, {CURVE, .14f, .24f}, {CURVE, .38f, .50f},
             {CURVE, .76f, .34f}, {CURVE, .86f, .22f}, {CURVE, .84f, .66f}, {CURVE, .58f, .98f},
             {CURVE, .16f, .92f}}},
        /* quick: a flat ring flowing into a slanted stem */
        {8, {{DOWN, .84f, .08f}, {CURVE, .42f, .06f}, {CURVE, .16f, .32f}, {CURVE, .44f, .46f},
             {CURVE, .78f, .26f}, {CURVE, .86f, .08f}, {CURVE, .68f, .54f}, {CURVE, .48f, 1.0f}}},
    },
};
/* clang-format on */
