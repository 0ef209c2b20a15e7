package payroll

import (
	"cmp"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/command"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/internal/web"
	"kpdk/hooks/internal/words"
)

// Commands is payroll's part of the command line.
func Commands() []command.Spec {
	period := command.Flag{Name: "period", Help: "command.payroll.flag.period"}
	asJSON := command.Flag{Name: "json", Default: "false", Bool: true, Help: "command.payroll.flag.json"}
	spec := func(name, use string, run func(*command.Call, clock.Period) (int, error), more ...command.Flag) command.Spec {
		s := command.Spec{Name: "payroll " + name, Use: use, Help: "command.payroll." + name, Flags: append([]command.Flag{period, asJSON}, more...), Args: cobra.NoArgs, Writes: true,
			Run: func(c *command.Call) (int, error) {
				p, ok := clock.ParsePeriod(c.Flags["period"])
				if !ok {
					var in fault.Input
					in.Add("period", "input.period")
					return command.Failed, in.Err()
				}
				return run(c, p)
			}}
		if use != "" {
			s.Files, s.Args = true, cobra.ArbitraryArgs
		}
		return s
	}
	closing := command.Flag{Name: "close-unanswered", Default: "false", Bool: true, Help: "command.payroll.flag.close_unanswered"}
	return append(slices.Concat(officerSpecs(spec), plannerSpecs(spec), deskSpecs()), []command.Spec{
		calendarSpec(),
		spec("skip", "", skipCommand, command.Flag{Name: "reason", Help: "command.payroll.flag.reason"}, command.Flag{Name: "text", Help: "command.payroll.flag.text"}),
		spec("take-up", "", takeUpCommand),
		spec("draft", "", draftCommand),
		spec("review", "", reviewCommand, command.Flag{Name: "class", Help: "command.payroll.flag.class"}),
		spec("lock", "", lockCommand, command.Flag{Name: "reason", Help: "command.payroll.flag.reason_text"}),
		spec("export", "", exportCommand, command.Flag{Name: "out", Default: ".", Help: "command.payroll.flag.out"}),
		spec("answer", "FILE…", answerCommand, dryRun, acceptFooter),
		spec("settle", "[FILE…]", settleCommand, closing, acceptFooter, dryRun),
		spec("receive", "", receiveCommand, command.Flag{Name: "unit", Help: "command.payroll.flag.unit"}, command.Flag{Name: "amount", Help: "command.payroll.flag.amount"},
			command.Flag{Name: "into", Help: "command.payroll.flag.into"}, command.Flag{Name: "over", Default: "false", Bool: true, Help: "command.payroll.flag.over"}),
	}...)
}

func draftCommand(c *command.Call, p clock.Period) (int, error) {
	if _, _, err := Draft(c.Ctx, c.App, ulid.New(), act.ByConsole, p, c.Progress); err != nil {
		return command.Failed, err
	}
	return command.Done, tellRun(c, p, nil)
}

// lockCommand locks a list; with a reason, also before members have looked as long as they were told.
func lockCommand(c *command.Call, p clock.Period) (int, error) {
	if reason := c.Flags["reason"]; reason != "" {
		if _, _, err := AllowEarly(c.Ctx, c.App, ulid.New(), act.ByConsole, p, reason); err != nil {
			return command.Failed, err
		}
	}
	if _, _, err := Lock(c.Ctx, c.App, ulid.New(), act.ByConsole, p); err != nil {
		return command.Failed, err
	}
	return command.Done, tellRun(c, p, nil)
}

// exportCommand marks the list as sent, then writes each work unit's list twice, for people and for machines,
// in the layout that its officer wants, and the letter that goes with it.
func exportCommand(c *command.Call, p clock.Period) (int, error) {
	if _, _, err := Export(c.Ctx, c.App, ulid.New(), act.ByConsole, p); err != nil {
		return command.Failed, err
	}
	lists, err := ListsOf(c.App, p, "")
	if err != nil {
		return command.Failed, err
	}
	var files []string
	for i, l := range lists {
		if err := taken(c, "run_file", web.Seen{Period: string(p), Unit: cmp.Or(l.UnitCode, "-")}); err != nil {
			return command.Failed, err
		}
		for _, extension := range []string{"xlsx", "csv", "pdf"} {
			data, err := l.file(c.App, extension, c.Language())
			if err != nil {
				return command.Failed, err
			}
			name := filepath.Join(c.Flags["out"], l.FileName(extension))
			if err := c.Save(name, data); err != nil {
				return command.Failed, err
			}
			files = append(files, name)
		}
		c.Progress(i+1, len(lists))
	}
	if c.JSON() {
		return command.Done, tellRun(c, p, map[string]any{"files": files})
	}
	for i, l := range lists {
		c.Say("payroll.say.file", map[string]any{"number": l.Sealed.Number, "unit": l.UnitCode + " " + l.UnitName, "members": len(l.Rows), "total": l.Total(), "xlsx": files[3*i], "csv": files[3*i+1], "letter": files[3*i+2]})
	}
	return command.Done, tellRun(c, p, nil)
}

func answerCommand(c *command.Call, p clock.Period) (int, error) {
	if len(c.Files) == 0 {
		return command.Failed, fault.Bad("payroll.file_needed")
	}
	if c.Flags["dry-run"] == "true" {
		return previewCommand(c, p, PreviewAnswer)
	}
	report, err := takeFiles(c, p)
	if err != nil {
		return command.Failed, err
	}
	return report.exit(), tellAnswer(c, p, report)
}

// takeFiles reads each file as one answer, and adds the reports up.
func takeFiles(c *command.Call, p clock.Period) (all Report, err error) {
	all.Rejected = []Rejected{}
	for _, f := range c.Files {
		file, err := fileOf(c, f, p)
		if err != nil {
			return all, err
		}
		if err := confirmFooter(file, c.Flags["accept-footer"] == "true"); err != nil {
			return all, err
		}
		report, _, err := TakeAnswer(c.Ctx, c.App, ulid.New(), act.ByConsole, p, file.Answers, file.Rejected, c.Progress)
		if err != nil {
			return all, err
		}
		explain(report.Rejected, c.Language())
		all.Before = all.Before || report.Before
		all.Read += report.Read
		all.Matched += report.Matched
		all.More += report.More
		all.Rejected = append(all.Rejected, report.Rejected...)
	}
	return all, nil
}

func (r Report) exit() int {
	switch {
	case len(r.Rejected) == 0:
		return command.Done
	case r.Matched == 0:
		return command.Failed
	}
	return command.Partial
}

func settleCommand(c *command.Call, p clock.Period) (int, error) {
	var report *Report
	exit := command.Done
	if c.Flags["dry-run"] == "true" {
		if len(c.Files) > 0 {
			return previewCommand(c, p, PreviewAnswer)
		}
		return command.Done, tellRun(c, p, nil)
	}
	if len(c.Files) > 0 {
		taken, err := takeFiles(c, p)
		if err != nil {
			return command.Failed, err
		}
		report, exit = &taken, taken.exit()
	}
	closing := c.Flags["close-unanswered"] == "true"
	if exit == command.Failed && !closing {
		return exit, tellAnswer(c, p, *report)
	}
	_, _, err := Settle(c.Ctx, c.App, ulid.New(), act.ByConsole, Settlement{p, closing}, c.Progress)
	if f, ok := err.(*fault.Fault); ok && report != nil && (f.Code == "payroll.settled_already" || f.Code == "payroll.nothing_answered" && report.Matched > 0) {
		err = nil // the same result again changes nothing; what was different is in the report
	}
	if err != nil {
		if report != nil && !c.JSON() {
			sayReport(c, *report)
		}
		return command.Failed, err
	}
	if report != nil {
		return exit, tellAnswer(c, p, *report)
	}
	return exit, tellRun(c, p, nil)
}

// receiveCommand books the money of one work unit, or of every unit that has some on its way.
func receiveCommand(c *command.Call, p clock.Period) (int, error) {
	units, amount := []string{c.Flags["unit"]}, money.Rupiah(0)
	cash, bank, err := placeOf(c.Flags["into"])
	if err != nil {
		return command.Failed, err
	}
	if text := c.Flags["amount"]; text != "" {
		parsed, present, err := document.ParseRupiah(text)
		if err != nil || !present || parsed <= 0 || units[0] == "" {
			var in fault.Input
			in.Add("amount", "ledger.amount_invalid")
			return command.Failed, in.Err()
		}
		amount = parsed
	}
	standing, err := standingUnits(act.Read(c.App), p)
	if err != nil {
		return command.Failed, err
	}
	if units[0] == "" {
		units = waitingUnits(standing)
	}
	if len(units) == 0 {
		if _, err := promised(act.Read(c.App), p); err != nil {
			return command.Failed, err
		}
		return command.Failed, fault.Refused("payroll.nothing_to_receive", fault.Params{"unit": string(p)})
	}
	for _, unit := range units {
		code, err := unitCode(act.Read(c.App), unit)
		if err != nil {
			return command.Failed, err
		}
		if _, _, err := Receive(c.Ctx, c.App, ulid.New(), act.ByConsole, Receipt{Period: p, Unit: code, Amount: amount, Cash: cash, Bank: bank, Over: c.Flags["over"] == "true"}); err != nil {
			return command.Failed, err
		}
	}
	return command.Done, tellRun(c, p, nil)
}

// tellRun prints a run the way a treasurer reads it.
func tellRun(c *command.Call, p clock.Period, more map[string]any) error {
	run, err := RunOf(c.App, act.ByConsole, p)
	if err != nil {
		return err
	}
	if c.JSON() {
		if more == nil {
			return c.Print(run)
		}
		more["run"] = run
		return c.Print(more)
	}
	sayRun(c, run)
	return nil
}

func tellAnswer(c *command.Call, p clock.Period, report Report) error {
	run, err := RunOf(c.App, act.ByConsole, p)
	if err != nil {
		return err
	}
	if c.JSON() {
		return c.Print(AnswerReport{report, run})
	}
	sayReport(c, report)
	sayRun(c, run)
	return nil
}

func sayReport(c *command.Call, report Report) {
	c.Say("payroll.say.read", map[string]any{"read": report.Read, "matched": report.Matched, "rejected": len(report.Rejected) + report.More})
	if report.Before {
		c.Say("payroll.say.read_before", nil)
	}
	for _, r := range report.Rejected {
		c.Say("payroll.say.rejected", map[string]any{"row": r.Row, "message": r.Message})
	}
}

func sayRun(c *command.Call, run Run) {
	say := func(key string, params map[string]any) { c.Say("payroll.say."+key, params) }
	state := words.Say(c.Language(), "payroll.state."+run.State, nil)
	say("run", map[string]any{"period": run.Period, "state": state, "pay_date": run.PayDate, "cutoff_date": run.Cutoff})
	say("requested", map[string]any{"members": run.Members, "amount": run.Requested})
	for _, part := range run.Composition {
		if part.Requested > 0 {
			c.Say("payroll.say.part", map[string]any{"kind": words.Say(c.Language(), "payroll.kind."+part.Kind, nil), "amount": part.Requested})
		}
	}
	if run.Answered > 0 {
		say("deducted", map[string]any{"members": run.Answered, "amount": run.Deducted, "remaining": run.Remaining})
	}
	for _, line := range []struct {
		key    string
		amount money.Rupiah
	}{{"excess", run.Excess}, {"skipped", run.Skipped}, {"capped", run.Capped}, {"unmatched", run.Unmatched}} {
		if line.amount > 0 {
			say(line.key, map[string]any{"amount": line.amount})
		}
	}
	for _, x := range run.Excluded {
		say("excluded", map[string]any{"members": x.Members, "amount": x.Amount, "why": fault.Message(c.Language(), x.Code, nil)})
	}
	for _, u := range run.Units {
		if run.State == StateAnswered && !u.Answered {
			say("unanswered", map[string]any{"unit": u.Code + " " + u.Name, "members": u.Members - u.AnsweredMembers})
		}
	}
}
