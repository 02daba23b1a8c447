/*
 * Which arms of the module's statements a lookup's bindings cover (D4).
 */
#include "frame.h"

static bool same_arm(const struct branch *a, const struct branch *b)
{
	return a->statement == b->statement && a->arm == b->arm;
}

/* Does the place itself stand in this arm? Then the arm is as good as certain. */
static bool around_place(const struct frame *frame, const struct branch *branch)
{
	for (const struct branch *p = frame->position; p; p = p->parent) {
		if (same_arm(p, branch))
			return true;
	}
	return false;
}

bool frame_beside(const struct frame *frame, const struct branch *branch)
{
	for (; branch; branch = branch->parent) {
		for (const struct branch *p = frame->position; p; p = p->parent) {
			if (p->statement == branch->statement && p->arm != branch->arm)
				return true;
		}
	}
	return false;
}

bool frame_covered(const struct frame *frame, const struct branch *branch)
{
	for (; branch; branch = branch->parent) {
		for (size_t i = 0; i < frame->covered.count; i++) {
			if (same_arm(frame->covered.items[i], branch))
				return true;
		}
	}
	return false;
}

void frame_cover(struct frame *frame, const struct branch *branch)
{
	for (; branch && !around_place(frame, branch); branch = branch->parent) {
		uint32_t arms = 1;

		for (size_t i = 0; i < frame->covered.count; i++)
			arms += frame->covered.items[i]->statement == branch->statement;
		*ARENA_PUSH(frame->modules->arena, &frame->covered) = branch;
		if (branch->may_fall_through || arms < branch->arm_count)
			return;
	}
	frame->done = true;
}
