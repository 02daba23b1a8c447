# pawl: `make` builds build/bin/, `make check` runs every test, `make lint` the linters, `make valgrind` the unit
# tests under valgrind, `make install` installs below PREFIX. SANITIZE=1 builds and checks with ASan and UBSan, in a
# folder of its own. `make check TESTS="push_uses test_common"` runs some.

# Without make's built-in rules: trying them on each of a thousand headers took seconds.
MAKEFLAGS += -r

VERSION := 0.1.0
SANITIZE ?=
BUILD := $(if $(SANITIZE),build/sanitize,build)
CC ?= cc
AR ?= ar

# A hook is copied onto servers, and started by every push: musl makes it half the size. `make HOOK_CC=cc`
# does without.
HOOK_CC := $(if $(SANITIZE),$(CC),musl-gcc)
HOOK_BUILD := $(BUILD)$(if $(filter-out $(CC),$(HOOK_CC)),/hook)

# Third-party libraries stand in a folder named by what they are built from, so that no time stamp decides
# whether they are new, and worktrees can share deps/vendor and deps/build.
export LIBGIT2_SRC ZLIB_NG_SRC TREE_SITTER_SRC TREE_SITTER_PYTHON_SRC AR
deps_folder = deps/build/$(shell { cat deps/Cargo.lock deps/compile deps/*.[ch]; echo "$(1) $(LIBGIT2_SRC) $(ZLIB_NG_SRC) \
	$(TREE_SITTER_SRC) $(TREE_SITTER_PYTHON_SRC)"; } | sha256sum | cut -c 1-12)
DEPS := $(call deps_folder,$(CC))

, := ,
WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wconversion -Werror
SECTIONS := -ffunction-sections -fdata-sections
OPTIMIZE := $(if $(SANITIZE),-O1 -g -fno-omit-frame-pointer -fsanitize=address$(,)undefined -fno-sanitize-recover=all,-O2 -g)
CPPFLAGS_ALL := -D_GNU_SOURCE -DPAWL_VERSION='"$(VERSION)"' -Iinclude -isystem $(DEPS)/libgit2/include \
	-isystem $(DEPS)/libgit2/src/util -isystem $(DEPS)/tree-sitter-include -isystem $(DEPS)/tree-sitter-python/src \
	-isystem $(DEPS)/tables \
	$(if $(SANITIZE),-DPAWL_SLOWDOWN=10) $(CPPFLAGS)
CFLAGS_ALL := -std=c17 $(WARNINGS) $(OPTIMIZE) $(SECTIONS) $(CFLAGS)
LDFLAGS_ALL := $(if $(SANITIZE),-fsanitize=address$(,)undefined,-static) -Wl$(,)--gc-sections $(LDFLAGS)

ROOMS := common git python resolve policy report rewrite
LIB_SOURCES := $(foreach room,$(ROOMS),$(wildcard src/$(room)/*.c))
LIB_OBJECTS := $(LIB_SOURCES:%.c=$(BUILD)/%.o)
CLI_OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(wildcard src/cli/*.c))
LIB := $(BUILD)/libpawl.a
deps_libs = $(addprefix $(1)/,libgit2.a libtree-sitter.a libunicode.a)
DEPS_LIBS := $(call deps_libs,$(DEPS))
SYSTEM_LIBS := -linih -lyajl_s -lpthread

# The same for hooks, where they are built otherwise. Nothing in them unwinds its stack.
HOOK_LIB := $(HOOK_BUILD)/libpawl.a
ifeq ($(HOOK_BUILD),$(BUILD))
HOOK_DEPS_LIBS := $(DEPS_LIBS)
HOOK_SYSTEM_LIBS := $(SYSTEM_LIBS)
HOOK_LDFLAGS := $(LDFLAGS_ALL)
else
HOOK_DEPS := $(call deps_folder,small $(HOOK_CC))
HOOK_DEPS_LIBS := $(call deps_libs,$(HOOK_DEPS))
HOOK_MUSL := $(patsubst %.c,$(HOOK_BUILD)/%.o,$(wildcard src/musl/*.c))
HOOK_SYSTEM_LIBS := $(HOOK_MUSL) $(addprefix $(HOOK_DEPS)/system/,libinih.a libyajl_s.a fortify.o)
HOOK_CFLAGS := -fno-asynchronous-unwind-tables -fno-unwind-tables -fno-pie -isystem $(HOOK_DEPS)/system/include
HOOK_LDFLAGS := $(LDFLAGS_ALL) -no-pie
endif

BINARIES := $(patsubst hooks/%.c,$(BUILD)/bin/pawl-%,$(wildcard hooks/*.c)) \
	$(if $(wildcard src/cli/main.c),$(BUILD)/bin/pawl)
UNIT_TESTS := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(wildcard tests/unit/test_*.c))
TRUTH_TOOLS := $(patsubst tests/truth/%.c,$(BUILD)/tests/%,$(wildcard tests/truth/*.c)) \
	$(patsubst tests/fuzz/%.c,$(BUILD)/tests/%,$(wildcard tests/fuzz/*.c))

.PHONY: all build check clean deps distclean install setup-check setup-lint uninstall valgrind
.PHONY: lint lint-cppcheck lint-format lint-manuals lint-shell tidy
# Kept between links, and for the tests. (As .SECONDARY they would not be made anew for a library that is new.)
.PRECIOUS: $(BUILD)/%.o $(HOOK_BUILD)/%.o $(BUILD)/symbols/pawl-% $(BUILD)/bin/% $(BUILD)/tests/% build/lint/%.tidy
.DELETE_ON_ERROR:
all: build
build: $(DEPS_LIBS) $(HOOK_DEPS_LIBS) $(BINARIES) $(LIB)

# ---- third-party sources ----

deps: $(DEPS_LIBS)

$(DEPS)/libgit2.a:
	CC="$(CC)" deps/compile $(DEPS)

$(DEPS)/libtree-sitter.a $(DEPS)/libunicode.a: $(DEPS)/libgit2.a

ifdef HOOK_DEPS
$(HOOK_DEPS)/libgit2.a:
	SMALL=1 CC="$(HOOK_CC)" deps/compile $(HOOK_DEPS)

$(HOOK_DEPS)/libtree-sitter.a $(HOOK_DEPS)/libunicode.a: $(HOOK_DEPS)/libgit2.a
endif

# ---- pawl ----

$(BUILD)/%.o: %.c Makefile | $(DEPS_LIBS)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -MMD -MP -c $< -o $@

ifdef HOOK_DEPS
$(HOOK_BUILD)/%.o: %.c Makefile | $(DEPS_LIBS) $(HOOK_DEPS_LIBS)
	@mkdir -p $(@D)
	$(HOOK_CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) $(HOOK_CFLAGS) -MMD -MP -c $< -o $@

# What runs once a push, or once a finding, is made small; as for libraries, without gcc's way to copy byte by byte.
HOT := $(addprefix src/policy/,classify.c elsewhere.c excess.c links.c pattern.c reading.c tally.c texts.c tree_uses.c verdict.c)
COLD := $(addprefix src/common/,crew.c file.c program.c) \
	$(addprefix src/git/,alternates.c ancestry.c bases.c child.c promisor.c repository.c updates.c) \
	$(addprefix src/python/,dunder_all.c encoding.c grammar.c joints.c quoted_names.c) \
	$(wildcard src/report/*.c) $(filter-out $(HOT),$(wildcard src/policy/*.c))
$(COLD:%.c=$(HOOK_BUILD)/%.o): HOOK_CFLAGS += -Os $(addprefix -fno-builtin-,memcpy memmove memcmp memset)

# The compiler would make a call of memcmp() out of memcmp()'s own body.
$(HOOK_MUSL): HOOK_CFLAGS += -fno-builtin
endif

# What stops the skim next is foreseen better at one branch a kind than at a jump by a table.
$(sort $(BUILD)/src/python/skim.o $(HOOK_BUILD)/src/python/skim.o): CFLAGS_ALL += -fno-jump-tables

# Facts that are kept between runs are those of one extractor: of these very sources, and of these libraries.
LIB_HEADERS := $(wildcard include/pawl/*.h src/*/*.h)
FACTS := $(sort $(BUILD)/src/policy/facts.o $(HOOK_BUILD)/src/policy/facts.o)
$(FACTS): CPPFLAGS_ALL += -DPAWL_EXTRACTOR='"$(shell { echo "$(DEPS)"; \
	cat $(sort $(LIB_SOURCES) $(LIB_HEADERS)); } | sha256sum | cut -c 1-32)"'
$(FACTS): $(LIB_SOURCES) $(LIB_HEADERS)

$(LIB): $(LIB_OBJECTS)
$(HOOK_LIB): $(LIB_SOURCES:%.c=$(HOOK_BUILD)/%.o)
$(sort $(LIB) $(HOOK_LIB)):
	@mkdir -p $(@D)
	rm -f $@
	$(AR) rcs $@ $^
	@# The linker takes the first of two like-named functions in an archive, and says nothing.
	@! nm -g --defined-only $@ | awk 'NF == 3 { print $$3 }' | sort | uniq -d | grep . || \
		{ echo "$@: defined twice, see above" >&2; exit 1; }

# symbols/ keeps what the tests ask of a program before it is stripped.
$(BUILD)/symbols/pawl-%: $(HOOK_BUILD)/hooks/%.o $(HOOK_LIB) $(HOOK_DEPS_LIBS) $(HOOK_MUSL)
	@mkdir -p $(@D)
	$(HOOK_CC) $(HOOK_LDFLAGS) -o $@ $< $(HOOK_LIB) $(HOOK_DEPS_LIBS) $(HOOK_SYSTEM_LIBS)

$(BUILD)/symbols/pawl: $(CLI_OBJECTS) $(LIB) $(DEPS_LIBS)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) -o $@ $(CLI_OBJECTS) $(LIB) $(DEPS_LIBS) $(SYSTEM_LIBS)

$(BUILD)/bin/%: $(BUILD)/symbols/%
	@mkdir -p $(@D)
	$(if $(SANITIZE),cp $< $@,strip -o $@ $<)

# ---- tests ----

$(BUILD)/tests/%: $(BUILD)/tests/unit/%.o $(LIB) $(DEPS_LIBS)
	@mkdir -p $(@D)
	$(CC) $(filter-out -static,$(LDFLAGS_ALL)) -o $@ $< $(LIB) $(DEPS_LIBS) -lcmocka $(SYSTEM_LIBS)

$(BUILD)/tests/%: $(BUILD)/tests/truth/%.o $(LIB) $(DEPS_LIBS)
	@mkdir -p $(@D)
	$(CC) $(filter-out -static,$(LDFLAGS_ALL)) -o $@ $< $(LIB) $(DEPS_LIBS) $(SYSTEM_LIBS)

# What the texts of the world are compared with reads them as the hooks do.
$(BUILD)/tests/print_imports: $(HOOK_BUILD)/tests/truth/print_imports.o $(HOOK_LIB) $(HOOK_DEPS_LIBS) $(HOOK_MUSL)
	@mkdir -p $(@D)
	$(HOOK_CC) $(HOOK_LDFLAGS) -o $@ $< $(HOOK_LIB) $(HOOK_DEPS_LIBS) $(HOOK_SYSTEM_LIBS)

$(BUILD)/bench/skim: $(HOOK_BUILD)/bench/skim.o $(HOOK_LIB) $(HOOK_DEPS_LIBS) $(HOOK_MUSL)
	@mkdir -p $(@D)
	$(HOOK_CC) $(HOOK_LDFLAGS) -o $@ $< $(HOOK_LIB) $(HOOK_DEPS_LIBS) $(HOOK_SYSTEM_LIBS)

$(BUILD)/tests/allocations: $(HOOK_BUILD)/tests/e2e/allocations.o $(HOOK_BUILD)/hooks/pre-receive.o $(HOOK_LIB) \
		$(HOOK_DEPS_LIBS) $(HOOK_MUSL)
	@mkdir -p $(@D)
	$(HOOK_CC) $(HOOK_LDFLAGS) $(foreach name,malloc calloc realloc read,-Wl$(,)--wrap=$(name)) -o $@ \
		$(filter %.o %.a,$(filter-out $(HOOK_MUSL),$^)) $(HOOK_SYSTEM_LIBS)

$(BUILD)/tests/%: $(BUILD)/tests/fuzz/%.o $(LIB) $(DEPS_LIBS)
	@mkdir -p $(@D)
	$(CC) $(filter-out -static,$(LDFLAGS_ALL)) -o $@ $< $(LIB) $(DEPS_LIBS) $(SYSTEM_LIBS)

# What the tests and the linters take is installed in the same way as what the build takes.
setup-check setup-lint:
	./install.sh --setup build $(@:setup-%=%)

check: setup-check
	@$(MAKE) --no-print-directory $(BUILD)/.tests-built
	tests/run $(BUILD) $(TESTS)

# A target of its own, so that nothing is compiled before its packages are there.
.PHONY: $(BUILD)/.tests-built
$(BUILD)/.tests-built: build $(UNIT_TESTS) $(TRUTH_TOOLS) $(if $(SANITIZE),,$(BUILD)/tests/allocations)
	@# What install.sh installs and what binaries.bats looks at is what a user gets, also where the rest is sanitized.
	$(if $(SANITIZE),@$(MAKE) --no-print-directory SANITIZE= build build/tests/allocations)

valgrind: setup-check
	@$(MAKE) --no-print-directory $(UNIT_TESTS)
	VALGRIND=1 tests/run $(BUILD) $(TESTS)

# Not part of `check`: figures, no verdict. BENCH="--full --config FILE REPO" measures on a real repository, too;
# PEERS="--config FILE REPO" compares with other linters there. The peers are installed into build/peers.
.PHONY: bench bench-peers
bench: build $(BUILD)/bench/skim
	bench/run $(BENCH)
	@echo
	@$(MAKE) --no-print-directory bench-peers

bench-peers: build
	bench/peers/run $(PEERS)

# ---- linters ----

C_SOURCES := $(wildcard hooks/*.c src/*/*.c tests/*/*.c bench/*.c)
C_HEADERS := $(wildcard include/pawl/*.h src/*/*.h tests/*/*.h)
MANUALS := $(wildcard docs/*.[1-8])
SCRIPTS := $(wildcard install.sh .ci/run deps/fetch deps/compile tests/run docs/demo tests/e2e/*.bats \
	tests/e2e/*.bash)
TIDY := $(C_SOURCES:%.c=build/lint/%.tidy)

lint: setup-lint
	@$(MAKE) --no-print-directory -k -j2 lint-format lint-shell lint-cppcheck lint-manuals tidy

lint-format:
	@clang-format --dry-run -Werror $(C_SOURCES) $(C_HEADERS)

lint-shell:
	@shellcheck $(SCRIPTS)

# cppcheck 2.10 does not parse all of C, and takes an out-parameter for a read of it across files.
lint-cppcheck:
	@cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr --error-exitcode=1 \
		--suppress=missingIncludeSystem --suppress=internalAstError --suppress=ctuuninitvar --suppress=ctunullpointer -D_GNU_SOURCE -Iinclude $(C_SOURCES)

# mandoc looks up references in the base system alone: pawl's own manuals are looked up here, git's by their name.
lint-manuals:
	@mandoc -T lint $(MANUALS) 2>&1 | awk ' \
		/referenced manual not found: Xr git/ || /outdated mandoc.db/ { next } \
		/referenced manual not found: / { page = $$0; sub(/.*: Xr /, "", page); split(page, part, " "); \
			if ((getline line <("docs/" part[1] "." part[2])) > 0) next } \
		{ print; bad = 1 } END { exit bad }'

tidy: $(TIDY)

build/lint/%.tidy: %.c $(C_HEADERS) .clang-tidy | $(DEPS_LIBS)
	@mkdir -p $(@D)
	@clang-tidy --quiet $< -- -std=c17 $(CPPFLAGS_ALL) -DPAWL_EXTRACTOR='"lint"' 2>$@.err || { cat $@.err; exit 1; }
	@touch $@

# ---- installing ----

PREFIX ?= /usr/local
INSTALLED := $(notdir $(BINARIES)) git-pawl

install: build
	install -d $(DESTDIR)$(PREFIX)/bin
	install $(BINARIES) $(DESTDIR)$(PREFIX)/bin
	$(if $(wildcard src/cli/main.c),ln -sf pawl $(DESTDIR)$(PREFIX)/bin/git-pawl)
	$(foreach manual,$(MANUALS),install -D -m 644 $(manual) \
		$(DESTDIR)$(PREFIX)/share/man/man$(subst .,,$(suffix $(manual)))/$(notdir $(manual));)

uninstall:
	rm -f $(INSTALLED:%=$(DESTDIR)$(PREFIX)/bin/%)
	$(foreach manual,$(MANUALS),rm -f \
		$(DESTDIR)$(PREFIX)/share/man/man$(subst .,,$(suffix $(manual)))/$(notdir $(manual));)

clean:
	rm -rf build

distclean: clean
	rm -rf deps/vendor deps/build

-include $(LIB_OBJECTS:.o=.d) $(LIB_SOURCES:%.c=$(HOOK_BUILD)/%.d) $(wildcard $(HOOK_BUILD)/hooks/*.d $(HOOK_BUILD)/src/musl/*.d) $(CLI_OBJECTS:.o=.d) $(wildcard $(BUILD)/hooks/*.d $(BUILD)/tests/*/*.d)
