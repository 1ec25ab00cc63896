package main

import (
	"context"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/cover"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/tester"
	"github.com/open-policy-agent/opa/v1/topdown"
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
	traced, runner := cover.New(), suite(bundle, pattern)
	if coverage {
		runner = runner.SetCoverageQueryTracer(traced).SetCoverageRuns(nil).SetParallel(1)
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
	return found, locate(ctx, bundle, txn, found.Tests)
}

// suite compiles once more, because the runner adds stages of its own.
func suite(bundle *compiled, pattern string) *tester.Runner {
	compiler := strict(bundle.schemas).WithEnablePrintStatements(true)
	return tester.NewRunner().SetCompiler(compiler).SetStore(bundle.store).SetModules(bundle.modules).
		RaiseBuiltinErrors(true).SetTimeout(testLimit).Filter(pattern)
}

// locate runs the failed tests again, traced, and moves each from the head of its rule to the expression that failed.
func locate(ctx context.Context, bundle *compiled, txn storage.Transaction, tests []result) error {
	failed := map[string]*result{}
	for place := range tests {
		if tests[place].Outcome == "fail" {
			failed[tests[place].Name] = &tests[place]
		}
	}
	if len(failed) == 0 {
		return nil
	}
	names := []string{}
	for name := range failed {
		names = append(names, regexp.QuoteMeta(name))
	}
	results, err := suite(bundle, "^("+strings.Join(names, "|")+")$").EnableTracing(true).RunTests(ctx, txn)
	if err != nil {
		return err
	}
	for one := range results {
		said := failed[one.Package+"."+one.Name]
		for _, event := range one.Trace {
			if said != nil && event.Op == topdown.FailOp && event.Location != nil && event.Location.File == said.Location.File {
				said.Message, said.Location = strings.TrimSpace(string(event.Location.Text)), placed(event.Location)
			}
		}
	}
	return nil
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
