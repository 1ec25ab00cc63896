package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/util"
)

// source is a bundle as the caller read it: Rego by path, the data files merged, JSON Schemas by name.
type source struct {
	Modules map[string]string `json:"modules"`
	Data    map[string]any    `json:"data"`
	Schemas map[string]any    `json:"schemas"`
	Roots   []string          `json:"roots"`
}

// compiled is a bundle that OPA accepted.
type compiled struct {
	modules  map[string]*ast.Module
	schemas  *ast.SchemaSet
	compiler *ast.Compiler
	store    storage.Store
}

// compile parses and compiles a bundle in strict mode, with its tests or without, against its schemas.
func compile(text []byte, tests bool) (*compiled, error) {
	var given source
	if err := util.UnmarshalJSON(text, &given); err != nil {
		return nil, fmt.Errorf("the bundle is not JSON: %w", err)
	}
	modules, err := parse(given, tests)
	if err != nil {
		return nil, err
	}
	// Values are kept as terms: a rule that looks into a large table does not pay for turning the table into terms.
	store := inmem.NewFromObjectWithOpts(given.Data, inmem.OptReturnASTValuesOnRead(true))
	ctx := context.Background()
	txn, err := store.NewTransaction(ctx)
	if err != nil {
		return nil, err
	}
	defer store.Abort(ctx, txn)
	known := schemas(given.Schemas)
	compiler := strict(known).WithPathConflictsCheck(storage.NonEmpty(ctx, store, txn))
	if !tests { // coverage counts lines as they are written
		compiler = compiler.WithStageAfterID(ast.StageCheckDeprecatedBuiltins, late)
	}
	if compiler.Compile(maps.Clone(modules)); compiler.Failed() {
		return nil, compiler.Errors
	}
	return &compiled{modules, known, compiler, store}, nil
}

func strict(known *ast.SchemaSet) *ast.Compiler {
	return ast.NewCompiler().WithStrict(true).WithCapabilities(capabilities()).WithSchemas(known)
}

// parse reads every module before it gives up, so that an author sees all that is wrong at once.
func parse(given source, tests bool) (map[string]*ast.Module, error) {
	modules := map[string]*ast.Module{}
	var problems ast.Errors
	for _, name := range slices.Sorted(maps.Keys(given.Modules)) {
		if !tests && strings.HasSuffix(name, "_test.rego") {
			continue
		}
		module, err := ast.ParseModuleWithOpts(name, given.Modules[name], ast.ParserOptions{ProcessAnnotation: true})
		switch {
		case err != nil:
			problems = append(problems, listed(name, err)...)
		case module == nil:
			problems = append(problems, ast.NewError(ast.ParseErr, ast.NewLocation(nil, name, 1, 1), "no package"))
		default:
			modules[name] = module
			problems = append(problems, misplaced(name, module, given.Roots)...)
		}
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return modules, nil
}

// misplaced refuses a package outside the bundle's roots, and in a layer any package but its folder's own: a layer that
// could name its package freely could put rules beside the organisation's.
func misplaced(name string, module *ast.Module, roots []string) ast.Errors {
	place := strings.ReplaceAll(strings.TrimPrefix(module.Package.Path.String(), "data."), ".", "/")
	folder := path.Dir(name)
	if strings.HasPrefix(name, "callwarden/layers/") && strings.TrimSuffix(place, "_test") != folder {
		return ast.Errors{ast.NewError("layer_error", module.Package.Location,
			"a layer's rules are in the package of their folder, %s", strings.ReplaceAll(folder, "/", "."))}
	}
	for _, root := range roots {
		if root == "" || place == root || strings.HasPrefix(place, root+"/") {
			return nil
		}
	}
	return ast.Errors{ast.NewError("roots_error", module.Package.Location,
		"package %s is outside the roots that .manifest names", module.Package.Path.String())}
}

// schemas puts every schema at schema.NAME for annotations, and the one called input over input everywhere.
func schemas(given map[string]any) *ast.SchemaSet {
	set := ast.NewSchemaSet()
	for name, schema := range given {
		set.Put(ast.Ref{ast.SchemaRootDocument, ast.StringTerm(name)}, schema)
		if name == "input" {
			set.Put(ast.SchemaRootRef, schema)
		}
	}
	return set
}

// capabilities is OPA without what reaches out or answers differently each time: the same document and bundle give the
// same answer, and a policy that asks the network does not compile. The clock stays, because entries may expire. A shift
// goes, because one step of it can take hours, and a step is not ended at the deadline.
func capabilities() *ast.Capabilities {
	able := ast.CapabilitiesForThisVersion()
	able.AllowNet = []string{}
	able.Builtins = slices.DeleteFunc(able.Builtins, func(builtin *ast.Builtin) bool {
		return builtin.Nondeterministic && builtin.Name != ast.NowNanos.Name || builtin.Name == ast.BitsShiftLeft.Name
	})
	return able
}

// listed is an error as positions in files.
func listed(name string, err error) ast.Errors {
	if found, ok := errors.AsType[ast.Errors](err); ok {
		return found
	}
	return ast.Errors{ast.NewError(ast.ParseErr, ast.NewLocation(nil, name, 1, 1), "%s", err)}
}
