// Package command is the one way a room offers a command: declared once, run here when no server holds
// the folder, or sent over loopback to the server that does.
package command

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/pocketbase/pocketbase/core"
	"github.com/spf13/cobra"

	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/words"
)

// Exit codes: everything done; nothing done; the good part done and the rest told.
const (
	Done    = 0
	Failed  = 1
	Partial = 2
)

// MaxFile bounds a file that a command reads.
const MaxFile = 32 << 20

// Flag is one option. Bool flags have the values "true" and "false".
type Flag struct {
	Name, Default string
	Short         string // one letter, or empty
	Bool          bool
	Help          string // a key of the words
}

// Spec declares a command such as "payroll draft".
type Spec struct {
	Name   string // "payroll draft": groups are made from the words before the last
	Use    string // what follows the name: "FILE"
	Help   string // a key of the words
	Flags  []Flag
	Args   cobra.PositionalArgs
	Files  bool // the arguments are files to read
	Writes bool // goes to a running server
	Founds bool // works in a folder that holds no co-op yet, and prepares it itself
	Run    func(c *Call) (exit int, err error)
}

// Call is one run of a command.
type Call struct {
	Ctx   context.Context
	App   core.App
	Args  []string
	Flags map[string]string
	Files []File // the contents of Args, when the command reads files
	Out   io.Writer
	// Save gives a file to the caller: it is written in the caller's folder, also when a server ran
	// the command.
	Save func(path string, data []byte) error
	// Progress shows n of total on a terminal; plain lines otherwise.
	Progress func(n, total int)
}

// File is a file as read.
type File struct {
	Name string
	Data []byte
}

// Language is the one asked for by --lang.
func (c *Call) Language() string { return words.Pick(c.Flags["lang"]) }

// JSON says whether the answer is for a program.
func (c *Call) JSON() bool { return c.Flags["json"] == "true" }

// Say prints a text of the catalogue.
func (c *Call) Say(key string, params map[string]any) {
	fmt.Fprintln(c.Out, words.Say(c.Language(), key, params))
}

// Print writes an answer as indented JSON.
func (c *Call) Print(v any) error {
	e := json.NewEncoder(c.Out)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// Tell prints what an act or a reading answered: to a program as it is, to a person in words.
func (c *Call) Tell(answer any, err error, say func()) (exit int, _ error) {
	if err != nil {
		return Failed, err
	}
	if c.JSON() {
		return Done, c.Print(answer)
	}
	say()
	return Done, nil
}

// Refuse prints an error the way people read it, field by field.
func (c *Call) Refuse(err error) {
	shape := fault.Say(err, c.Language())
	if shape.Code == "internal" {
		shape.Message += ": " + err.Error() // at the console the cause is for whoever runs the machine
	}
	if c.JSON() {
		_ = c.Print(shape) // the console is gone: nothing is left to tell
		return
	}
	fmt.Fprintln(c.Out, shape.Message)
	for field, problem := range shape.Data {
		fmt.Fprintf(c.Out, "  %s: %s\n", field, problem.Message)
	}
}

// ExitError carries an exit code out of cobra without another message.
type ExitError struct{ Code int }

func (e ExitError) Error() string { return fmt.Sprintf("exit %d", e.Code) }

// Build makes the commands, with groups ("payroll draft" lies under "payroll").
func Build(app core.App, prepare func() error, specs ...Spec) []*cobra.Command {
	groups := map[string]*cobra.Command{}
	var top []*cobra.Command
	for _, s := range specs {
		group, last, nested := strings.Cut(s.Name, " ")
		if !nested {
			top = append(top, build(app, prepare, s, s.Name))
			continue
		}
		if groups[group] == nil {
			groups[group] = &cobra.Command{Use: group, Short: words.Say("id", "command."+group, nil), Args: cobra.NoArgs, SilenceUsage: true, SilenceErrors: true,
				RunE: func(c *cobra.Command, _ []string) error { return c.Help() }}
			top = append(top, groups[group])
		}
		groups[group].AddCommand(build(app, prepare, s, last))
	}
	return top
}

func build(app core.App, prepare func() error, s Spec, name string) *cobra.Command {
	c := &cobra.Command{Use: strings.TrimSpace(name + " " + s.Use), Short: words.Say("id", s.Help, nil), Args: s.Args,
		SilenceUsage: true, SilenceErrors: true}
	values := map[string]func() string{}
	for _, f := range append(s.Flags, Flag{Name: "lang", Default: "id", Help: "command.flag.lang"}) {
		help := words.Say("id", f.Help, nil)
		if f.Bool {
			p := c.Flags().BoolP(f.Name, f.Short, f.Default == "true", help)
			values[f.Name] = func() string { return fmt.Sprint(*p) }
			continue
		}
		p := c.Flags().StringP(f.Name, f.Short, f.Default, help)
		values[f.Name] = func() string { return *p }
	}
	c.RunE = func(cmd *cobra.Command, args []string) error {
		call := &Call{Ctx: cmd.Context(), App: app, Args: args, Flags: map[string]string{}, Out: cmd.OutOrStdout(), Save: saveHere, Progress: progress(os.Stderr)}
		for name, value := range values {
			call.Flags[name] = value()
		}
		code, err := execute(call, s, prepare)
		if err != nil {
			call.Refuse(err)
			code = max(code, Failed)
		}
		if code != Done {
			return ExitError{code}
		}
		return nil
	}
	return c
}

func execute(c *Call, s Spec, prepare func() error) (int, error) {
	if s.Files {
		for _, name := range c.Args {
			f, err := readFile(name)
			if err != nil {
				return Failed, err
			}
			c.Files = append(c.Files, f)
		}
	}
	if s.Writes {
		if code, sent, err := send(c, s); sent {
			return code, err
		}
	}
	if !s.Founds {
		if err := prepare(); err != nil {
			return Failed, err
		}
	}
	return s.Run(c)
}

func readFile(name string) (File, error) {
	info, err := os.Stat(name)
	if err != nil || info.IsDir() {
		return File{}, fault.Bad("file.missing", fault.Params{"file": name})
	}
	if info.Size() > MaxFile {
		return File{}, fault.TooLarge("file.too_large", fault.Params{"file": name, "max": MaxFile >> 20})
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return File{}, fault.Bad("file.missing", fault.Params{"file": name})
	}
	return File{filepath.Base(name), data}, nil
}

func saveHere(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, data, 0o600)
}
