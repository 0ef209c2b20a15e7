package ledger

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/command"
	"kpdk/hooks/internal/fault"
)

// Commands is the ledger's part of the command line.
func Commands() []command.Spec {
	asJSON := command.Flag{Name: "json", Default: "false", Bool: true, Help: "command.verify.json"}
	return []command.Spec{
		{
			Name: "verify", Help: "command.verify", Args: cobra.NoArgs, Books: true, Run: verifyCommand,
			Flags: []command.Flag{asJSON, {Name: "fast", Default: "false", Bool: true, Help: "command.verify.fast"}, {Name: "head", Filled: true, Help: "command.verify.head"}},
		},
		{
			Name: "rebuild balances", Help: "command.rebuild.balances", Args: cobra.NoArgs, Writes: true, Books: true, Run: rebuildCommand, Flags: []command.Flag{asJSON},
		},
		{
			Name: "export ledger", Help: "command.export.ledger", Args: cobra.NoArgs, Books: true, Run: exportCommand,
			Flags: []command.Flag{{Name: "format", Default: "hledger", Help: "command.export.format"}, {Name: "from", Filled: true, Help: "command.export.from"}, {Name: "to", Filled: true, Help: "command.export.to"},
				{Name: "out", Short: "o", Help: "command.export.out"}},
		},
	}
}

// verifyCommand prints a line for each check as it ends, and below it what is wrong.
func verifyCommand(c *command.Call) (int, error) {
	if c.Flags["head"] != "" {
		return headCommand(c)
	}
	ctx, watch := InLanguage(c.Ctx, c.Language()), Watcher{Lines: c.Progress}
	if !c.JSON() {
		watch.Check = func(check Result) { sayCheck(c, check) }
	}
	verify := func() (Report, error) { return Watch(ctx, c.App, Checks(c.App), watch) }
	if c.Flags["fast"] == "true" {
		watch.Lines = nil
		verify = func() (Report, error) { return VerifyFast(ctx, c.App, watch) }
	}
	report, err := verify()
	if err != nil {
		return command.Failed, err
	}
	exit, summary := command.Done, "verify.right"
	if !report.OK {
		exit, summary = command.Failed, "verify.wrong"
	}
	if c.JSON() {
		return exit, c.Print(report)
	}
	c.Say(summary, map[string]any{"entries": report.Entries, "seconds": fmt.Sprintf("%.2f", report.Seconds), "head": report.Head.Short(), "hash": report.Head.Hash})
	if report.Rows.Seq > 0 {
		c.Say("verify.rows_head", map[string]any{"head": report.Rows.Rows()})
	}
	return exit, nil
}

func sayCheck(c *command.Call, check Result) {
	mark := "✓"
	if !check.OK {
		mark = "✗"
	}
	fmt.Fprintf(c.Out, "%s %-18s %d\n", mark, check.Name, check.Checked)
	for _, finding := range check.Findings {
		fmt.Fprintf(c.Out, "    %s\n", finding)
	}
}

// headCommand ends with 0 when the books contain the head, with 1 when not, with 2 when it is no head.
func headCommand(c *command.Call) (int, error) {
	if _, _, rows := rowHead(c.Flags["head"]); !rows {
		if _, _, err := ParseHead(c.Flags["head"]); err != nil {
			return command.Partial, err
		}
	}
	proof, err := Contains(InLanguage(c.Ctx, c.Language()), c.App, c.Flags["head"], c.Progress)
	if err != nil {
		return command.Failed, err
	}
	exit, summary := command.Done, "verify.head_kept"
	if !proof.OK {
		exit, summary = command.Failed, "verify.head_lost"
	} else if proof.Rows {
		summary = "verify.rows_kept"
	}
	if c.JSON() {
		return exit, c.Print(proof)
	}
	c.Say(summary, map[string]any{"head": proof.Head, "entries": proof.Entries, "number": proof.Number, "date": proof.Date})
	for _, finding := range proof.Findings {
		fmt.Fprintf(c.Out, "    %s\n", finding)
	}
	return exit, nil
}

func rebuildCommand(c *command.Call) (int, error) {
	all, err := Rebuild(c.Ctx, c.App, act.ByConsole)
	if err != nil {
		return command.Failed, err
	}
	if c.JSON() {
		return command.Done, c.Print(all)
	}
	for _, r := range all {
		c.Say("rebuild.table", map[string]any{"table": r.Table, "rows": r.Rows, "wrong": r.Wrong})
	}
	return command.Done, nil
}

// exportCommand writes to a file, whole or not at all, or to where the command prints.
func exportCommand(c *command.Call) (int, error) {
	q := ExportQuery{Format: c.Flags["format"], Language: c.Language()}
	for name, into := range map[string]*clock.Date{"from": &q.From, "to": &q.To} {
		if c.Flags[name] == "" {
			continue
		}
		date, ok := clock.ParseDate(c.Flags[name])
		if !ok {
			return command.Failed, fault.Bad("ledger.date_invalid", fault.Params{"date": c.Flags[name]})
		}
		*into = date
	}
	if q.To != "" && q.From > q.To {
		return command.Failed, fault.Bad("ledger.dates_reversed", fault.Params{"from": q.From, "to": q.To})
	}
	if !slices.Contains(Formats, q.Format) {
		return command.Failed, fault.Bad("ledger.format_unknown", fault.Params{"format": q.Format, "formats": strings.Join(Formats, ", ")})
	}
	write := func(out io.Writer) error {
		return act.Snapshot(c.Ctx, c.App, func(r act.Reader) error { return Export(c.Ctx, r, out, q) })
	}
	path := c.Flags["out"]
	if path == "" {
		return command.Done, write(c.Out)
	}
	q.Progress = c.Progress
	if err := writeFile(path, write); err != nil {
		return command.Failed, err
	}
	c.Say("export.written", map[string]any{"file": path})
	return command.Done, nil
}

// writeFile writes beside the file and then puts it in its place.
func writeFile(path string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) //nolint:errcheck // it has its name by then, or it goes
	out := bufio.NewWriter(f)
	if err = write(out); err == nil {
		err = out.Flush()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
