# pawl: `make` builds build/bin/, `make check` runs every test, `make lint` the linters.
# SANITIZE=1 builds with ASan and UBSan into a folder of its own.

VERSION := 0.1.0
SANITIZE ?=
BUILD := $(if $(SANITIZE),build/sanitize,build)
CC ?= cc
AR ?= ar

LIBGIT2_SRC ?= $(firstword $(wildcard deps/vendor/libgit2-sys-*/libgit2) deps/vendor/libgit2)
TREE_SITTER_SRC ?= $(firstword $(wildcard deps/vendor/tree-sitter-0*) deps/vendor/tree-sitter)
TREE_SITTER_PYTHON_SRC ?= $(firstword $(wildcard deps/vendor/tree-sitter-python-*) deps/vendor/tree-sitter-python)

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wconversion -Werror
SECTIONS := -ffunction-sections -fdata-sections
OPTIMIZE := $(if $(SANITIZE),-O1 -g -fno-omit-frame-pointer -fsanitize=address$(,)undefined -fno-sanitize-recover=all,-O2 -g)
, := ,
CPPFLAGS_ALL := -D_GNU_SOURCE -DPAWL_VERSION='"$(VERSION)"' -Iinclude -isystem $(LIBGIT2_SRC)/include \
	-isystem $(LIBGIT2_SRC)/src/util -isystem $(TREE_SITTER_SRC)/include $(CPPFLAGS)
CFLAGS_ALL := -std=c17 $(WARNINGS) $(OPTIMIZE) $(SECTIONS) $(CFLAGS)
LDFLAGS_ALL := $(if $(SANITIZE),-fsanitize=address$(,)undefined,-static -Wl$(,)--gc-sections) $(LDFLAGS)

ROOMS := common git python resolve policy report rewrite
LIB_SOURCES := $(foreach room,$(ROOMS),$(wildcard src/$(room)/*.c))
LIB_OBJECTS := $(LIB_SOURCES:%.c=$(BUILD)/%.o)
CLI_OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(wildcard src/cli/*.c))
LIB := $(BUILD)/libpawl.a
DEPS_LIBS := deps/build/libgit2.a deps/build/libtree-sitter.a
SYSTEM_LIBS := -linih -lyajl_s -lutf8proc -lz -lpthread

BINARIES := $(patsubst hooks/%.c,$(BUILD)/bin/pawl-%,$(wildcard hooks/*.c)) \
	$(if $(wildcard src/cli/main.c),$(BUILD)/bin/pawl)
UNIT_TESTS := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(wildcard tests/unit/test_*.c))
TRUTH_TOOLS := $(patsubst tests/truth/%.c,$(BUILD)/tests/%,$(wildcard tests/truth/*.c))

.PHONY: all build check lint clean deps
.SECONDARY:
all: build
build: $(BINARIES) $(LIB)

# ---- third-party sources ----

deps: $(DEPS_LIBS)

deps/vendor/.done: deps/Cargo.lock deps/Cargo.toml
	cd deps && cargo vendor --locked --versioned-dirs vendor >/dev/null
	touch $@

LIBGIT2_OPTIONS := -DBUILD_SHARED_LIBS=OFF -DBUILD_TESTS=OFF -DBUILD_CLI=OFF -DUSE_HTTPS=OFF -DUSE_SSH=OFF \
	-DUSE_GSSAPI=OFF -DUSE_NTLMCLIENT=OFF -DUSE_BUNDLED_ZLIB=OFF -DREGEX_BACKEND=builtin \
	-DUSE_SHA1=CollisionDetection -DUSE_SHA256=Builtin -DDEPRECATE_HARD=ON -DCMAKE_BUILD_TYPE=None

deps/build/libgit2.a: deps/vendor/.done
	mkdir -p deps/build/libgit2
	cmake -S $(firstword $(wildcard deps/vendor/libgit2-sys-*/libgit2)) -B deps/build/libgit2 $(LIBGIT2_OPTIONS) \
		-DCMAKE_C_FLAGS="-O2 $(SECTIONS)" >/dev/null
	$(MAKE) -s -C deps/build/libgit2 libgit2package >/dev/null
	cp deps/build/libgit2/libgit2.a $@

deps/build/libtree-sitter.a: deps/vendor/.done
	mkdir -p deps/build
	$(CC) -O2 $(SECTIONS) -D_GNU_SOURCE -std=c11 -I$(TREE_SITTER_SRC)/include -I$(TREE_SITTER_SRC)/src \
		-c $(TREE_SITTER_SRC)/src/lib.c -o deps/build/tree-sitter.o
	$(CC) -O2 $(SECTIONS) -std=c11 -I$(TREE_SITTER_PYTHON_SRC)/src -c $(TREE_SITTER_PYTHON_SRC)/src/parser.c \
		-o deps/build/python-parser.o
	$(CC) -O2 $(SECTIONS) -std=c11 -I$(TREE_SITTER_PYTHON_SRC)/src -c $(TREE_SITTER_PYTHON_SRC)/src/scanner.c \
		-o deps/build/python-scanner.o
	rm -f $@
	$(AR) rcs $@ deps/build/tree-sitter.o deps/build/python-parser.o deps/build/python-scanner.o

# ---- pawl ----

$(BUILD)/%.o: %.c Makefile | $(DEPS_LIBS)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -MMD -MP -c $< -o $@

$(LIB): $(LIB_OBJECTS)
	@mkdir -p $(@D)
	rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/bin/pawl-%: $(BUILD)/hooks/%.o $(LIB) $(DEPS_LIBS)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) -o $@ $< $(LIB) $(DEPS_LIBS) $(SYSTEM_LIBS)
	$(if $(SANITIZE),,strip $@)

$(BUILD)/bin/pawl: $(CLI_OBJECTS) $(LIB) $(DEPS_LIBS)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) -o $@ $(CLI_OBJECTS) $(LIB) $(DEPS_LIBS) $(SYSTEM_LIBS)
	$(if $(SANITIZE),,strip $@)

# ---- tests ----

$(BUILD)/tests/%: $(BUILD)/tests/unit/%.o $(LIB) $(DEPS_LIBS)
	@mkdir -p $(@D)
	$(CC) $(filter-out -static,$(LDFLAGS_ALL)) -o $@ $< $(LIB) $(DEPS_LIBS) -lcmocka $(SYSTEM_LIBS)

$(BUILD)/tests/%: $(BUILD)/tests/truth/%.o $(LIB) $(DEPS_LIBS)
	@mkdir -p $(@D)
	$(CC) $(filter-out -static,$(LDFLAGS_ALL)) -o $@ $< $(LIB) $(DEPS_LIBS) $(SYSTEM_LIBS)

unit: $(UNIT_TESTS)
	@for test in $(UNIT_TESTS); do $$test || exit 1; done

check: build $(UNIT_TESTS) $(TRUTH_TOOLS)
	tests/run $(BUILD)

clean:
	rm -rf build

-include $(LIB_OBJECTS:.o=.d) $(CLI_OBJECTS:.o=.d) $(wildcard $(BUILD)/hooks/*.d $(BUILD)/tests/*/*.d)
