package main

import (
	"context"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/cover"
	"github.com/open-policy-agent/opa/v1/tester"
)

// One test may take this long; all together an hour would be a mistake, not a suite.
const testLimit, suiteLimit = 10 * time.Second, 10 * time.Minute

type report struct {
	Tests []result        `json:"tests"`
	Files map[string]file `json:"files"`
}

type result struct {
	Name     string   `json:"name"`
	Outcome  string   `json:"outcome"` // pass, fail, skip, error
	Message  string   `json:"message"`
	Output   string   `json:"output"`
	Micros   int64    `json:"micros"`
	Location location `json:"location"`
}

// file is the coverage of one module: lines that hold something to evaluate, and which of them nothing evaluated.
type file struct {
	Covered   int   `json:"covered"`
	Uncovered []int `json:"uncovered"`
}

// test runs the tests whose full name matches pattern (all for an empty one), with coverage if asked.
func test(text []byte, pattern string, coverage bool) (*report, error) {
	bundle, err := compile(text, true)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), suiteLimit)
	defer cancel()
	txn, err := bundle.store.NewTransaction(ctx)
	if err != nil {
		return nil, err
	}
	defer bundle.store.Abort(ctx, txn)
	traced := cover.New()
	// The runner compiles once more, because it adds stages of its own.
	compiler := strict(bundle.schemas).WithEnablePrintStatements(true)
	runner := tester.NewRunner().SetCompiler(compiler).SetStore(bundle.store).SetModules(bundle.modules).
		RaiseBuiltinErrors(true).SetTimeout(testLimit).Filter(pattern).SetCoverageRuns(nil)
	if coverage {
		runner = runner.SetCoverageQueryTracer(traced).SetParallel(1)
	}
	results, err := runner.RunTests(ctx, txn)
	if err != nil {
		return nil, err
	}
	found := &report{Tests: []result{}, Files: map[string]file{}}
	for one := range results {
		found.Tests = append(found.Tests, told(one))
	}
	if coverage {
		found.Files = covered(traced.Report(bundle.modules))
	}
	return found, nil
}

func told(one *tester.Result) result {
	said := result{Name: one.Package + "." + one.Name, Outcome: "pass", Output: string(one.Output),
		Micros: one.Duration.Microseconds(), Location: placed(one.Location)}
	switch {
	case one.Error != nil:
		said.Outcome, said.Message = "error", one.Error.Error()
	case one.Skip:
		said.Outcome = "skip"
	case one.Fail:
		said.Outcome = "fail"
		if one.FailedAt != nil {
			said.Message = strings.TrimSpace(string(one.FailedAt.Loc().Text))
			said.Location = placed((*ast.Location)(one.FailedAt.Loc()))
		}
	}
	return said
}

// covered leaves the test files themselves out.
func covered(given cover.Report) map[string]file {
	files := map[string]file{}
	for name, lines := range given.Files {
		if strings.HasSuffix(path.Base(name), "_test.rego") {
			continue
		}
		missed := []int{}
		for _, part := range lines.NotCovered {
			for row := part.Start.Row; row <= part.End.Row; row++ {
				missed = append(missed, row)
			}
		}
		slices.Sort(missed)
		files[name] = file{lines.CoveredLines, slices.Compact(missed)}
	}
	return files
}
