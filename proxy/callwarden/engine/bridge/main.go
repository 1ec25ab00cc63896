// Command bridge is OPA as a C shared library: a bundle in, a handle out, documents in, answers out.
//
// Every function takes and gives JSON as a pointer with a length. A result is malloc'ed; the caller hands it back to
// callwarden_free. The status is 0 for a result and 1 for {"errors": [{code, message, location: {file, row, col}}]}.
// No panic crosses into C: it would end the process that holds the gate.
package main

/*
#include <stdint.h>
#include <stdlib.h>
*/
import "C"

import (
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"
	"time"
	"unsafe"

	"github.com/open-policy-agent/opa/v1/version"
)

const (
	// One processor evaluates while the other collects; more than four gain nothing, because callers queue on
	// Python's own lock between evaluations, and each processor keeps caches of its own.
	minProcs, maxProcs = 2, 4
	// A bundle lives on about 20 MiB and an evaluation leaves some hundred KiB. At Go's default of 100 the collector
	// would run every few dozen evaluations and be seen in the 99th percentile; memory is the cheaper side here.
	gcPercent = 400
	// Soft: near it the collector works harder instead of growing on. Room for two bundles at once during a swap.
	memoryLimit = 1 << 30
)

func init() {
	runtime.GOMAXPROCS(min(max(runtime.NumCPU(), minProcs), maxProcs))
	debug.SetGCPercent(gcPercent)
	debug.SetMemoryLimit(memoryLimit)
}

func main() {}

//export callwarden_version
func callwarden_version(out **C.char, size *C.size_t) C.int {
	return answer(out, size, func() (any, error) {
		return map[string]string{"opa": version.Version, "go": runtime.Version()}, nil
	})
}

// callwarden_load compiles a bundle for evaluation and gives {"handle": n}.
//
//export callwarden_load
func callwarden_load(text *C.char, length C.size_t, out **C.char, size *C.size_t) C.int {
	return answer(out, size, func() (any, error) {
		handle, err := load(given(text, length))
		return map[string]uint64{"handle": handle}, err
	})
}

// callwarden_evaluate gives the answer to an input document within milliseconds.
//
//export callwarden_evaluate
func callwarden_evaluate(handle C.uint64_t, text *C.char, length C.size_t, milliseconds C.int64_t,
	out **C.char, size *C.size_t) C.int {
	return answer(out, size, func() (any, error) {
		return evaluate(uint64(handle), given(text, length), time.Duration(milliseconds)*time.Millisecond)
	})
}

// callwarden_release forgets a handle; evaluations under way end as they would have.
//
//export callwarden_release
func callwarden_release(handle C.uint64_t) { loaded.Delete(uint64(handle)) }

// callwarden_check compiles a bundle with its tests and its schemas and gives what is wrong with it.
//
//export callwarden_check
func callwarden_check(text *C.char, length C.size_t, out **C.char, size *C.size_t) C.int {
	return answer(out, size, func() (any, error) {
		_, err := compile(given(text, length), true)
		return map[string]bool{"ok": true}, err
	})
}

// callwarden_test runs the bundle's Rego tests; see report.
//
//export callwarden_test
func callwarden_test(text *C.char, length C.size_t, pattern *C.char, coverage C.int,
	out **C.char, size *C.size_t) C.int {
	return answer(out, size, func() (any, error) {
		return test(given(text, length), C.GoString(pattern), coverage != 0)
	})
}

//export callwarden_free
func callwarden_free(text *C.char) { C.free(unsafe.Pointer(text)) }

func given(text *C.char, length C.size_t) []byte {
	return C.GoBytes(unsafe.Pointer(text), C.int(length))
}

// answer runs work and writes its result, or its error, to out and size.
func answer(out **C.char, size *C.size_t, work func() (any, error)) C.int {
	status := C.int(0)
	result, err := guarded(work)
	text, failed := json.Marshal(result)
	if err == nil {
		err = failed
	}
	if err != nil {
		status, text = 1, explain(err)
	}
	*out, *size = (*C.char)(C.CBytes(text)), C.size_t(len(text))
	return status
}

// guarded turns a panic into an error. It holds for the goroutine it runs in, and for no other.
func guarded[T any](work func() (T, error)) (result T, err error) {
	defer func() {
		if reason := recover(); reason != nil {
			err = fmt.Errorf("panic: %v", reason)
		}
	}()
	return work()
}
