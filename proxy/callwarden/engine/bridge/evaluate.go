package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/topdown"
	"github.com/open-policy-agent/opa/v1/util"
)

const entrypoint = "data.callwarden.decision.answer"

var (
	loaded sync.Map // handle (uint64) -> rego.PreparedEvalQuery
	last   atomic.Uint64
)

var errUndefined = &ast.Error{Code: "undefined", Message: entrypoint + " is undefined for this document"}

func load(text []byte) (uint64, error) {
	bundle, err := compile(text, false)
	if err != nil {
		return 0, err
	}
	query, err := rego.New(
		rego.Query(entrypoint),
		rego.Compiler(bundle.compiler),
		rego.Store(bundle.store),
		rego.StrictBuiltinErrors(true),
	).PrepareForEval(context.Background())
	if err != nil {
		return 0, err
	}
	handle := last.Add(1)
	loaded.Store(handle, query)
	return handle, nil
}

// evaluate stays on the caller's thread: handing the work to a goroutine and back costs two wake-ups, which is three
// times what a small policy takes. OPA looks at the deadline between steps and inside its longer built-ins.
func evaluate(handle uint64, text []byte, limit time.Duration) (any, error) {
	query, ok := loaded.Load(handle)
	if !ok {
		return nil, fmt.Errorf("no bundle has the handle %d", handle)
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	return asked(ctx, query.(rego.PreparedEvalQuery), text)
}

func asked(ctx context.Context, query rego.PreparedEvalQuery, text []byte) (any, error) {
	var document any
	if err := util.UnmarshalJSON(text, &document); err != nil {
		return nil, fmt.Errorf("the document is not JSON: %w", err)
	}
	input, err := ast.InterfaceToValue(document)
	if err != nil {
		return nil, err
	}
	results, err := query.Eval(ctx, rego.EvalParsedInput(input))
	if err = cmp.Or(err, ctx.Err()); err != nil {
		return nil, err // an answer that comes late is none
	}
	if len(results) != 1 || len(results[0].Expressions) != 1 {
		return nil, errUndefined
	}
	return results[0].Expressions[0].Value, nil
}

type problem struct {
	Code     string   `json:"code"`
	Message  string   `json:"message"`
	Location location `json:"location"`
}

type location struct {
	File string `json:"file"`
	Row  int    `json:"row"`
	Col  int    `json:"col"`
}

// explain is an error as JSON, with a place for each problem that has one.
func explain(err error) []byte {
	var found []problem
	if many, ok := errors.AsType[ast.Errors](err); ok {
		for _, one := range many {
			found = append(found, problem{one.Code, hinted(one.Message), placed(one.Location)})
		}
	} else if one, ok := errors.AsType[*ast.Error](err); ok {
		found = []problem{{one.Code, one.Message, placed(one.Location)}}
	} else if topdown.IsCancel(err) || errors.Is(err, context.DeadlineExceeded) {
		found = []problem{{Code: "timeout", Message: "evaluation ran past its deadline"}}
	} else if one, ok := errors.AsType[*topdown.Error](err); ok {
		found = []problem{{one.Code, one.Message, placed(one.Location)}}
	} else {
		found = []problem{{Code: "bridge_error", Message: err.Error()}}
	}
	text, _ := json.Marshal(map[string]any{"errors": found})
	return text
}

func placed(where *ast.Location) location {
	if where == nil {
		return location{}
	}
	return location{where.File, where.Row, where.Col}
}

// hinted says why a built-in that OPA has is missing here.
func hinted(message string) string {
	name, found := strings.CutPrefix(message, "undefined function ")
	if !found || capable.ContainsBuiltin(name) || !everything.ContainsBuiltin(name) {
		return message
	}
	return name + " is switched off: it reaches out, answers one document in two ways, or runs past every deadline"
}

var capable, everything = capabilities(), ast.CapabilitiesForThisVersion()
