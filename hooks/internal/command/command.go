// Package command is the one way a room offers a command: declared once, run here when no server holds
// the folder, or sent over loopback to the server that does.
package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
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
	Filled        bool   // whoever gives it says something by it: an empty one is a mistake, not the default
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
	Books  bool // asks something of books that are there: of a folder without any it says so, and makes none
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
	if s.Books {
		c.Annotations = map[string]string{ofBooks: "yes"}
	}
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
		code, err := Failed, filled(cmd, s.Flags)
		if err == nil {
			code, err = execute(call, s, prepare)
		}
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

// ofBooks marks a command that asks something of books that are there.
const ofBooks = "kpdk.books"

// MissingBooks refuses a line of arguments that asks something of a folder where no books are. It must be asked before
// the app opens its folder, which makes what is missing: of a folder's name with a slip in it, empty books would be
// made, and found right.
func MissingBooks(root *cobra.Command, args []string, dir string) error {
	c, _, err := root.Find(args)
	if err != nil || c.Annotations[ofBooks] == "" || slices.Contains(args, "--help") || slices.Contains(args, "-h") {
		return nil
	}
	if _, err := os.Stat(filepath.Join(dir, "data.db")); errors.Is(err, fs.ErrNotExist) {
		return fault.NotFound("command.no_books", fault.Params{"dir": dir})
	}
	return nil
}

// filled refuses a flag that was given and says nothing, as a script's does whose variable is empty.
func filled(c *cobra.Command, flags []Flag) error {
	for _, f := range flags {
		if given := c.Flags().Lookup(f.Name); f.Filled && given.Changed && strings.TrimSpace(given.Value.String()) == "" {
			return fault.Bad("command.flag_empty", fault.Params{"flag": "--" + f.Name})
		}
	}
	return nil
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
