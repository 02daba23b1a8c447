#include "blocks.h"

struct block blocks_top(const struct blocks *blocks)
{
	return blocks->count ? blocks->items[blocks->count - 1] : (struct block){0};
}

void blocks_dedent(struct blocks *blocks, uint32_t column, bool arm)
{
	while (blocks->count > 0) {
		const struct block *top = &blocks->items[blocks->count - 1];
		if (column > top->column || (arm && top->is_if && column == top->column))
			return;
		blocks->count--;
	}
}

static struct block *block_push(struct blocks *blocks, struct arena *arena, uint32_t column)
{
	struct block below = blocks_top(blocks);
	struct block *block = ARENA_PUSH(arena, blocks);

	*block = (struct block){
		.column = column,
		.scope = below.scope,
		.type_checking = below.type_checking,
	};
	return block;
}

void blocks_open_scope(struct blocks *blocks, struct arena *arena, uint32_t column,
		       enum scope_kind scope)
{
	block_push(blocks, arena, column)->scope = scope;
}

void blocks_open_if(struct blocks *blocks, struct arena *arena, uint32_t column, enum guard guard)
{
	if (guard == GUARD_NONE)
		return;
	struct block *block = block_push(blocks, arena, column);
	block->is_if = true;
	block->type_checking |= guard == GUARD_TYPE_CHECKING;
	block->implied = guard == GUARD_NOT_TYPE_CHECKING;
}

void blocks_next_arm(struct blocks *blocks, struct arena *arena, uint32_t column, enum guard guard)
{
	struct block top = blocks_top(blocks);
	bool implied = false;

	if (top.is_if && top.column == column) {
		implied = top.implied;
		blocks->count--;
	}
	if (!implied) {
		blocks_open_if(blocks, arena, column, guard);
		return;
	}
	struct block *block = block_push(blocks, arena, column);
	block->is_if = true;
	block->type_checking = true;
	block->implied = true;
}
