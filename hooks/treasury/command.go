package treasury

import (
	"strconv"

	"github.com/spf13/cobra"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/command"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/ulid"
)

// Commands is this room's part of the command line.
func Commands() []command.Spec {
	bank := command.Flag{Name: "bank", Default: "1", Help: "command.bank.flag.bank"}
	asJSON := command.Flag{Name: "json", Default: "false", Bool: true, Help: "command.bank.flag.json"}
	lines := command.Flag{Name: "lines", Help: "command.bank.flag.lines"}
	all := command.Flag{Name: "all", Default: "false", Bool: true, Help: "command.bank.flag.all"}
	return append(deskSpecs(), []command.Spec{
		{Name: "bank match", Use: "[FILE]", Help: "command.bank.match", Files: true, Args: cobra.MaximumNArgs(1), Writes: true, Run: matchCommand, Flags: []command.Flag{bank, asJSON, lines, all}},
		{Name: "bank unmatch", Help: "command.bank.unmatch", Args: cobra.NoArgs, Writes: true, Run: unmatchCommand, Flags: []command.Flag{asJSON, {Name: "match", Help: "command.bank.flag.match"}}},
		{Name: "bank void", Help: "command.bank.void", Args: cobra.NoArgs, Writes: true, Run: voidCommand, Flags: []command.Flag{bank, asJSON, {Name: "statement", Help: "command.bank.flag.statement"}}},
		{Name: "bank import", Use: "FILE", Help: "command.bank.import", Files: true, Args: cobra.ExactArgs(1), Writes: true, Run: importCommand, Flags: []command.Flag{bank, asJSON,
			{Name: "dry-run", Default: "false", Bool: true, Help: "command.bank.flag.dry_run"}, {Name: "accept-layout", Default: "false", Bool: true, Help: "command.bank.flag.accept"}}},
		{Name: "bank show", Help: "command.bank.show", Args: cobra.NoArgs, Run: showCommand, Flags: []command.Flag{bank, asJSON}},
	}...)
}

func bankFlag(c *command.Call) (int64, error) {
	n, err := strconv.ParseInt(c.Flags["bank"], 10, 64)
	if err != nil || n < 1 {
		var bad fault.Input
		bad.Add("bank", "input.number")
		return 0, bad.Err()
	}
	return n, nil
}

// importCommand takes a statement whose layout is kept; --accept-layout takes the guess of a new one.
func importCommand(c *command.Call) (int, error) {
	bank, err := bankFlag(c)
	if err != nil {
		return command.Failed, err
	}
	f := File{Bank: bank, Name: c.Files[0].Name, Data: c.Files[0].Data}
	preview, err := Look(c.App, c.Language(), f)
	if err != nil {
		return command.Failed, err
	}
	if c.Flags["dry-run"] == "true" {
		return command.Done, tellPreview(c, preview)
	}
	if !preview.Known && c.Flags["accept-layout"] == "true" {
		f.Layout = &preview.Layout
	}
	taken, _, err := Import(c.Ctx, c.App, ulid.New(), act.ByConsole, f, c.Progress)
	if err != nil {
		return command.Failed, err
	}
	if c.JSON() {
		return command.Done, c.Print(taken)
	}
	c.Say("treasury.say.taken", map[string]any{"lines": taken.Lines, "added": taken.Added, "from": taken.From, "to": taken.To})
	return command.Done, nil
}

func tellPreview(c *command.Call, p Preview) error {
	if c.JSON() {
		return c.Print(p)
	}
	column := func(i int) string {
		if i < 0 {
			return "–"
		}
		return p.Layout.Header[i]
	}
	c.Say("treasury.say.layout", map[string]any{"date": column(p.Layout.Date), "text": column(p.Layout.Text), "debit": column(p.Layout.Debit), "credit": column(p.Layout.Credit),
		"amount": column(p.Layout.Amount), "mark": column(p.Layout.Mark), "balance": column(p.Layout.Balance), "order": p.Layout.Order})
	if p.Problem != nil {
		c.Say("treasury.say.problem", map[string]any{"message": p.Problem.Message})
		return nil
	}
	c.Say("treasury.say.would", map[string]any{"lines": p.Lines, "added": p.Added, "from": p.From, "to": p.To, "in": p.In.Format(), "out": p.Out.Format()})
	return nil
}

// showCommand prints where the books and the bank stand.
func showCommand(c *command.Call) (int, error) {
	bank, err := bankFlag(c)
	if err != nil {
		return command.Failed, err
	}
	var r Reconciliation
	err = act.Snapshot(c.Ctx, c.App, func(reader act.Reader) error {
		r, err = Reconcile(c.App, reader, c.Language(), bank)
		return err
	})
	if err != nil {
		return command.Failed, err
	}
	if c.JSON() {
		return command.Done, c.Print(r)
	}
	c.Say("treasury.say.standing", map[string]any{"bank": r.Bank.Name, "books": r.Books.Format(), "unmatched_books": (-r.UnmatchedBooks).Format(), "unmatched_bank": r.UnmatchedBank.Format(),
		"opening": r.OpeningDifference.Format(), "sen": r.Sen.Format(), "total": r.BankBalance.Format()})
	return command.Done, nil
}
