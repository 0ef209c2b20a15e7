// Package fault is how the co-op says no: a status, a code for programs, a message key for people and,
// for bad input, one problem per field. The cause of an unexpected error goes to the log only.
package fault

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"kpdk/hooks/internal/words"
)

// Params fill the {placeholders} of a message.
type Params map[string]any

// Field is what is wrong with one field of the input, such as "lines.0.barcode".
type Field struct {
	Code   string `json:"code"`
	Params Params `json:"params,omitempty"`
}

// Fault is an expected refusal. Its message is the text of the key "fault." + Code.
type Fault struct {
	Status int
	Code   string
	Params Params
	Fields map[string]Field
}

func (f *Fault) Error() string {
	if len(f.Fields) == 0 {
		return f.Code
	}
	return fmt.Sprintf("%s %v", f.Code, f.Fields)
}

// Is makes errors.Is compare faults by code.
func (f *Fault) Is(target error) bool {
	other, ok := target.(*Fault)
	return ok && other.Code == f.Code
}

func of(status int, code string, params []Params) *Fault {
	f := &Fault{Status: status, Code: code}
	if len(params) > 0 {
		f.Params = params[0]
	}
	return f
}

// Refused is a rule of the co-op that says no to a well-formed request (409).
func Refused(code string, params ...Params) *Fault { return of(http.StatusConflict, code, params) }

// NotFound names a thing that does not exist, or not for this caller (404).
func NotFound(code string, params ...Params) *Fault { return of(http.StatusNotFound, code, params) }

// Forbidden is a caller who may not do this (403).
func Forbidden(code string, params ...Params) *Fault { return of(http.StatusForbidden, code, params) }

// Unauthorized is a caller who is nobody (401).
func Unauthorized() *Fault { return of(http.StatusUnauthorized, "auth.required", nil) }

// Bad is input that cannot be read as a whole (400).
func Bad(code string, params ...Params) *Fault { return of(http.StatusBadRequest, code, params) }

// TooLarge is input over a limit (413).
func TooLarge(code string, params ...Params) *Fault {
	return of(http.StatusRequestEntityTooLarge, code, params)
}

// Input collects field problems, so that a form hears all of them at once.
type Input struct {
	fields map[string]Field
	first  Field
}

// Add notes a problem with one field.
func (in *Input) Add(field, code string, params ...Params) {
	if in.fields == nil {
		in.fields = map[string]Field{}
	}
	f := Field{Code: code}
	if len(params) > 0 {
		f.Params = params[0]
	}
	if len(in.fields) == 0 {
		in.first = f
	}
	in.fields[field] = f
}

// Check notes the problem unless ok.
func (in *Input) Check(ok bool, field, code string, params ...Params) {
	if !ok {
		in.Add(field, code, params...)
	}
}

// Err is nil when every field was good.
func (in *Input) Err() error {
	if len(in.fields) == 0 {
		return nil
	}
	return &Fault{Status: http.StatusBadRequest, Code: "input.invalid", Fields: in.fields}
}

// Refusal is for problems that are rules of the co-op and no fault of the form (409): it bears the first
// one's code and names every field. It is nil when there was none.
func (in *Input) Refusal() error {
	if len(in.fields) == 0 {
		return nil
	}
	return &Fault{Status: http.StatusConflict, Code: in.first.Code, Params: in.first.Params, Fields: in.fields}
}

// Shape is the JSON a client gets: PocketBase's error shape plus a code.
type Shape struct {
	Status  int                   `json:"status"`
	Code    string                `json:"code"`
	Message string                `json:"message"`
	Params  Params                `json:"params,omitempty"`
	Data    map[string]FieldShape `json:"data"`
}

// FieldShape is one field's problem in the caller's language.
type FieldShape struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Params  Params `json:"params,omitempty"`
}

// Say renders an error in a language; anything that is no Fault becomes a plain "internal" (500), but for a full
// disk (507), against which somebody can do something.
func Say(err error, language string) Shape {
	var f *Fault
	if !errors.As(err, &f) {
		f = &Fault{Status: http.StatusInternalServerError, Code: "internal"}
		if noRoom(err) {
			f = &Fault{Status: http.StatusInsufficientStorage, Code: "disk_full"}
		}
	}
	s := Shape{Status: f.Status, Code: f.Code, Params: f.Params, Data: map[string]FieldShape{},
		Message: Message(language, f.Code, f.Params)}
	for name, field := range f.Fields {
		s.Data[name] = FieldShape{Code: field.Code, Params: field.Params, Message: Message(language, field.Code, field.Params)}
	}
	return s
}

// noRoom knows a full disk by what SQLite's two drivers and the operating system say of it: nothing was written, and
// trying again is no remedy.
func noRoom(err error) bool {
	said := err.Error()
	return strings.Contains(said, "disk is full") || strings.Contains(said, "SQLITE_FULL") || strings.Contains(said, "no space left on device")
}

// Message is the sentence behind a code.
func Message(language, code string, params Params) string {
	return words.Say(language, "fault."+code, params)
}

// IsFault says whether an error is an expected refusal.
func IsFault(err error) bool {
	var f *Fault
	return errors.As(err, &f)
}
