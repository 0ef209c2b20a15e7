package ledger

import (
	"fmt"

	"github.com/spf13/cobra"

	"kpdk/hooks/internal/command"
)

// Commands is the ledger's part of the command line.
func Commands() []command.Spec {
	return []command.Spec{{
		Name: "verify", Help: "command.verify", Args: cobra.NoArgs, Run: verifyCommand,
		Flags: []command.Flag{{Name: "json", Default: "false", Bool: true, Help: "command.verify.json"}},
	}}
}

// verifyCommand prints a line for each check, and below it what is wrong.
func verifyCommand(c *command.Call) (int, error) {
	report, err := Verify(InLanguage(c.Ctx, c.Language()), c.App, c.Progress)
	if err != nil {
		return command.Failed, err
	}
	exit := command.Done
	if !report.OK {
		exit = command.Failed
	}
	if c.JSON() {
		return exit, c.Print(report)
	}
	for _, check := range report.Checks {
		mark := "✓"
		if !check.OK {
			mark = "✗"
		}
		fmt.Fprintf(c.Out, "%s %-18s %d\n", mark, check.Name, check.Checked)
		for _, finding := range check.Findings {
			fmt.Fprintf(c.Out, "    %s\n", finding)
		}
	}
	summary := "verify.right"
	if !report.OK {
		summary = "verify.wrong"
	}
	c.Say(summary, map[string]any{"entries": report.Entries, "seconds": fmt.Sprintf("%.2f", report.Seconds), "seq": report.Head.Seq, "hash": report.Head.Hash})
	return exit, nil
}
