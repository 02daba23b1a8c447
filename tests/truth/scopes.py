#!/usr/bin/env python3
"""Compare pawl's name resolution (SEMANTICS N2) with CPython's own symtable.

For every text that ast accepts: each Name, with the attributes behind it, whose scope by symtable
is one that an import binds the name in; and, of any other expression's attributes, the first that
is named as an import in some class's scope is. The chains that pawl reads must be just those: same
place, same steps, same access, same thing imported.

    PAWL_BUILD=build scopes.py [FOLDER...]

prints TAP. Without folders: the standard library and Debian's django, sympy and twisted.
"""

import ast
import io
import os
import subprocess
import symtable
import sys
import sysconfig
import tokenize
import warnings
from collections import Counter, defaultdict

DEBIAN = "/usr/lib/python3/dist-packages"
ACCESS = {"Load": "load", "Store": "store", "Del": "delete"}


def mangle(name, class_name):
    class_name = (class_name or "").lstrip("_")
    if not class_name or not name.startswith("__") or name.endswith("__"):
        return name
    return f"_{class_name}{name}"


class Scope:
    """A symtable block and what its imports bind."""

    def __init__(self, table, parent, class_name):
        self.table = table
        self.parent = parent
        self.class_name = class_name
        self.children = iter(table.get_children())
        self.imports = defaultdict(set)  # name: things imported
        self.bound_from = {}  # class scopes: end of the first statement that binds

    @property
    def is_class(self):
        return self.table.get_type() == "class"

    def owner(self, name, position=None):
        """The scope that a name used here belongs to."""
        module = self
        while module.parent:
            module = module.parent
        try:
            symbol = self.table.lookup(name)
        except KeyError:
            # In annotations under `from __future__ import annotations`: symtable leaves them out.
            return self.enclosing_owner(name) or module
        if self.parent is None or (symbol.is_global() and not symbol.is_local()):
            return module
        if symbol.is_free():
            return self.enclosing_owner(name) or module
        # Until a class body binds the name, LOAD_NAME finds the module's.
        if self.is_class and position and position < self.bound_from.get(name, (0, 0)):
            return module
        return self if symbol.is_local() else module

    def enclosing_owner(self, name):
        scope = self.parent
        while scope and scope.parent:
            if not scope.is_class:
                try:
                    symbol = scope.table.lookup(name)
                except KeyError:
                    symbol = None
                if symbol and symbol.is_global():
                    return None
                if symbol and symbol.is_local() and not symbol.is_free():
                    return scope
            scope = scope.parent
        return None


class Reader(ast.NodeVisitor):
    """Visits in the order of CPython's symtable.c, so that blocks pair with tables."""

    def __init__(self, table, future_annotations):
        self.scope = Scope(table, None, None)
        self.future_annotations = future_annotations
        self.names = []  # (scope, name, position or None, access, steps)
        self.members = defaultdict(set)  # what a class's imports bind: things imported
        self.attributes = []  # (access, exact, [(mangled name, as written, position)])
        self.in_fstring = 0
        self.ends = []

    # -- blocks --

    def enter(self, name, lineno):
        table = next(self.scope.children)
        assert table.get_name() == name and table.get_lineno() == lineno, (
            table.get_name(), name, table.get_lineno(), lineno)
        class_name = name if table.get_type() == "class" else self.scope.class_name
        self.scope = Scope(table, self.scope, class_name)

    def leave(self):
        assert next(self.scope.children, None) is None, "a block is left over"
        self.scope = self.scope.parent

    def visit_all(self, nodes):
        for node in nodes:
            if node is not None:
                self.visit(node)

    def annotation(self, node):
        if node is None:
            return
        if not self.future_annotations:
            self.visit(node)
            return
        # A block that symtable throws away: what is inside opens none in the tables.
        kept, self.scope.children = self.scope.children, iter(())
        for inner in ast.walk(node):
            if isinstance(inner, (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp,
                                  ast.GeneratorExp)):
                raise Unsupported("a scope in an annotation that is no code")
        self.visit(node)
        self.scope.children = kept

    def function(self, node, name, body):
        arguments = node.args
        self.visit_all(arguments.defaults)
        self.visit_all(arguments.kw_defaults)
        for argument in (arguments.posonlyargs + arguments.args
                         + [arguments.vararg] + arguments.kwonlyargs + [arguments.kwarg]):
            if argument is not None:
                self.annotation(argument.annotation)
        self.annotation(getattr(node, "returns", None))
        self.visit_all(getattr(node, "decorator_list", []))
        self.enter(name, node.lineno)
        self.visit_all(body)
        self.leave()

    def visit_FunctionDef(self, node):
        self.binds(node.name, node)
        self.function(node, node.name, node.body)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node):
        self.function(node, "lambda", [node.body])

    def visit_ClassDef(self, node):
        self.binds(node.name, node)
        self.visit_all(node.bases)
        self.visit_all(node.keywords)
        self.visit_all(node.decorator_list)
        self.enter(node.name, node.lineno)
        self.visit_all(node.body)
        self.leave()

    def comprehension(self, node, name, elements):
        self.visit(node.generators[0].iter)
        self.enter(name, node.lineno)
        first = node.generators[0]
        self.visit(first.target)
        self.visit_all(first.ifs)
        for generator in node.generators[1:]:
            self.visit(generator.target)
            self.visit(generator.iter)
            self.visit_all(generator.ifs)
        self.visit_all(elements)
        self.leave()

    def visit_ListComp(self, node):
        self.comprehension(node, "listcomp", [node.elt])

    def visit_SetComp(self, node):
        self.comprehension(node, "setcomp", [node.elt])

    def visit_GeneratorExp(self, node):
        self.comprehension(node, "genexpr", [node.elt])

    def visit_DictComp(self, node):
        self.comprehension(node, "dictcomp", [node.value, node.key])

    # -- order --

    def visit_AnnAssign(self, node):
        self.ends.append(node)
        self.visit(node.target)
        self.annotation(node.annotation)
        self.visit_all([node.value])
        self.ends.pop()

    def visit_IfExp(self, node):
        self.visit_all([node.test, node.body, node.orelse])

    def visit_Try(self, node):
        self.visit_all(node.body + node.orelse + node.handlers + node.finalbody)

    visit_TryStar = visit_Try

    def visit_NamedExpr(self, node):
        self.ends.append(node)
        scope = self.scope
        while not scope.is_class and scope.table.get_name() in (
                "listcomp", "setcomp", "genexpr", "dictcomp"):
            scope = scope.parent
        inner, self.scope = self.scope, scope
        self.visit(node.target)
        self.scope = inner
        self.visit(node.value)
        self.ends.pop()

    def visit_Assign(self, node):
        self.ends.append(node)
        self.generic_visit(node)
        self.ends.pop()

    visit_AugAssign = visit_Delete = visit_Assign

    def visit_For(self, node):
        self.ends.append(node.iter)
        self.visit(node.target)
        self.ends.pop()
        self.visit_all([node.iter] + node.body + node.orelse)

    visit_AsyncFor = visit_For

    def visit_JoinedStr(self, node):
        # Before 3.12, positions inside are not those in the text.
        self.in_fstring += 1
        self.generic_visit(node)
        self.in_fstring -= 1

    # -- names --

    def binds(self, name, node):
        if self.scope.is_class:
            name = mangle(name, self.scope.class_name)
            end = max((inner.end_lineno, inner.end_col_offset)
                      for inner in [node] + self.ends[-1:])
            known = self.scope.bound_from.get(name, end)
            self.scope.bound_from[name] = min(known, end)

    def visit_Import(self, node):
        for alias in node.names:
            thing = alias.name if alias.asname else alias.name.split(".")[0]
            self.import_(node, alias.asname or thing, (0, thing, ""))

    def visit_ImportFrom(self, node):
        for alias in node.names:
            if alias.name != "*":
                self.import_(node, alias.asname or alias.name,
                             (node.level, node.module or "", alias.name))

    def import_(self, node, name, thing):
        self.binds(name, node)
        name = mangle(name, self.scope.class_name)
        owner = self.scope.owner(name)
        owner.imports[name].add(thing)
        if owner.is_class:
            self.members[name].add(thing)

    def visit_ExceptHandler(self, node):
        self.visit_all([node.type])
        if node.name:
            self.binds(node.name, node.type)
        self.visit_all(node.body)

    def visit_MatchAs(self, node):
        self.generic_visit(node)
        if node.name:
            self.binds(node.name, node)

    visit_MatchStar = visit_MatchAs

    def visit_MatchMapping(self, node):
        self.generic_visit(node)
        if node.rest:
            self.binds(node.rest, node)

    def visit_Name(self, node, steps=(), access=None):
        access = access or type(node.ctx).__name__
        if isinstance(node.ctx, (ast.Store, ast.Del)):
            self.binds(node.id, node)
        position = (node.lineno, node.col_offset)
        self.names.append((self.scope, mangle(node.id, self.scope.class_name), position,
                           not self.in_fstring, ACCESS[access], steps, node.id))

    def visit_Attribute(self, node):
        access = type(node.ctx).__name__
        steps, attributes = [], []
        base = node
        while isinstance(base, ast.Attribute):
            steps.insert(0, mangle(base.attr, self.scope.class_name))
            position = (base.end_lineno, base.end_col_offset - len(base.attr.encode()))
            attributes.insert(0, (steps[0], base.attr, position))
            base = base.value
        self.attributes.append((ACCESS[access], not self.in_fstring, attributes))
        if isinstance(base, ast.Name):
            self.visit_Name(base, tuple(steps), access)
        else:
            self.visit(base)

    def chains(self):
        for scope, name, position, exact, access, steps, written in self.names:
            rebinds = access != "load" and not steps
            owner = scope.owner(name, None if rebinds else position)
            for thing in owner.imports.get(name, ()):
                place = (position[0], position[1] + 1) if exact else None
                yield place, (access, *map(str, thing), ".".join((written, *steps)))
        for access, exact, attributes in self.attributes:
            yield from self.member_chains(access, exact, attributes)

    def member_chains(self, access, exact, attributes):
        for i, (name, written, position) in enumerate(attributes):
            steps = [step for step, _, _ in attributes[i + 1:]]
            for thing in self.members.get(name, ()):
                place = (position[0], position[1] + 1) if exact else None
                yield place, (access, *map(str, thing), ".".join((written, *steps)))
            if name in self.members:
                break


class Unsupported(Exception):
    pass


def expected(path):
    """The chains of a text, or None where ast does not take it."""
    with open(path, "rb") as file:
        source = file.read()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source, path)
            text = source.decode(encoding_of(source), "strict")
            table = symtable.symtable(text, path, "exec")
    except (SyntaxError, ValueError, UnicodeDecodeError, LookupError):
        return None
    future = any(isinstance(node, ast.ImportFrom) and node.module == "__future__"
                 and any(alias.name == "annotations" for alias in node.names)
                 for node in tree.body)
    reader = Reader(table, future)
    reader.visit(tree)
    return list(reader.chains())


def encoding_of(source):
    encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
    return encoding


def texts(folders):
    for folder in folders:
        for top, dirs, files in os.walk(folder):
            dirs.sort()
            for name in sorted(files):
                if name.endswith(".py"):
                    yield os.path.join(top, name)


def found(tool, paths):
    output = subprocess.run([tool], input="\n".join(paths).encode() + b"\n",
                            stdout=subprocess.PIPE, check=True).stdout
    chains, unreadable = None, {}
    result = {}
    for line in output.decode("utf-8", "surrogateescape").split("\n"):
        if line.startswith("F "):
            chains = result.setdefault(line[2:], {})
        elif line.startswith("E "):
            unreadable[list(result)[-1]] = line[2:]
        elif line:
            row, column, *rest = line.split("\t")
            # Once, though an import under TYPE_CHECKING and one beside it have a chain each.
            chains[(int(row), int(column)), tuple(rest)] = True
    return result, unreadable


def differences(wanted, got):
    loose = [chain for place, chain in wanted if place is None]
    exact = Counter((place, chain) for place, chain in wanted if place is not None)
    actual = Counter(got)
    missing = exact - actual
    surplus = actual - exact
    # What stands in f-strings is compared without its place.
    left = Counter(chain for _, chain in surplus.elements())
    inside = Counter(loose)
    for item in missing.elements():
        yield "missing", item
    for chain in (inside - left).elements():
        yield "missing in an f-string", chain
    for chain in (left - inside).elements():
        yield "surplus", next(item for item in surplus if item[1] == chain)


def main():
    folders = sys.argv[1:]
    tool = os.path.join(os.environ.get("PAWL_BUILD", "build"), "tests", "print_chains")
    if sys.version_info >= (3, 12):
        print("1..0 # SKIP symtable inlines comprehensions since CPython 3.12")
        return 0
    sys.setrecursionlimit(10000)
    folders = folders or [sysconfig.get_path("stdlib")] + [
        os.path.join(DEBIAN, name) for name in ("django", "sympy", "twisted")]
    print(f"1..{len(folders)}")
    failed = False
    for number, folder in enumerate(folders, 1):
        paths = list(texts([folder]))
        result, unreadable = found(tool, paths)
        compared = chains = wrong = 0
        for path in paths:
            try:
                wanted = expected(path)
            except Unsupported as reason:
                print(f"# {path}: not compared: {reason}")
                continue
            if wanted is None:
                continue
            compared += 1
            chains += len(wanted)
            if path in unreadable:
                print(f"# {path}: unreadable: {unreadable[path]}")
                wrong += 1
                continue
            for kind, item in differences(wanted, result[path]):
                wrong += 1
                if wrong <= 40:
                    print(f"# {path}: {kind}: {item}")
        failed |= wrong > 0 or not compared
        print(f"{'not ' if wrong or not compared else ''}ok {number} - {folder}: {compared} of"
              f" {len(paths)} texts, {chains} chains, {wrong} differences")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
