package payroll

import (
	"github.com/spf13/cobra"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/command"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/internal/words"
)

// calendarSpec prints a year's periods.
func calendarSpec() command.Spec {
	return command.Spec{Name: "payroll calendar", Help: "command.payroll.calendar", Args: cobra.NoArgs,
		Flags: []command.Flag{{Name: "year", Help: "command.payroll.flag.year"}, {Name: "json", Default: "false", Bool: true, Help: "command.payroll.flag.json"}},
		Run:   calendarCommand}
}

func calendarCommand(c *command.Call) (int, error) {
	today := clock.Of(c.App).Today()
	year, err := yearOf(c.Flags["year"], today)
	if err != nil {
		return command.Failed, err
	}
	y, err := YearOf(act.Read(c.App), year, today)
	return c.Tell(y, err, func() {
		c.Say("payroll.say.calendar", map[string]any{"year": year})
		for _, m := range y.Months {
			reason := ""
			if m.Reason != "" {
				reason = words.Say(c.Language(), "payroll.skip."+m.Reason, nil) + " " + m.Text
			}
			until := string(m.PreviewUntil)
			if until == "" {
				until = words.Say(c.Language(), "payroll.say.no_preview", nil)
			}
			c.Say("payroll.say.month", map[string]any{"period": m.Period, "from": m.From, "cutoff_date": m.Cutoff, "until": until, "pay_date": m.PayDate,
				"state": words.Say(c.Language(), "payroll.state."+m.State, nil), "reason": reason})
		}
	})
}

func skipCommand(c *command.Call, p clock.Period) (int, error) {
	if _, _, err := SkipMonth(c.Ctx, c.App, ulid.New(), act.ByConsole, Skipping{p, c.Flags["reason"]}, c.Flags["text"]); err != nil {
		return command.Failed, err
	}
	if c.JSON() {
		return command.Done, c.Print(Skipping{p, c.Flags["reason"]})
	}
	c.Say("payroll.say.month_skipped", map[string]any{"period": p})
	return command.Done, nil
}

func takeUpCommand(c *command.Call, p clock.Period) (int, error) {
	out, _, err := TakeUp(c.Ctx, c.App, ulid.New(), act.ByConsole, p)
	return c.Tell(out, err, func() { c.Say("payroll.say.taken_up", map[string]any{"period": p}) })
}

// reviewCommand prints what to look at before the lock; with --class also the members of one class.
func reviewCommand(c *command.Call, p clock.Period) (int, error) {
	review, err := ReviewOf(act.Read(c.App), p)
	if err != nil {
		return command.Failed, err
	}
	page := ReviewPage{Lines: []ReviewLine{}}
	if class := c.Flags["class"]; class != "" {
		if page, err = ReviewLines(act.Read(c.App), p, class, 0, 100_000); err != nil {
			return command.Failed, err
		}
	}
	if c.JSON() {
		return command.Done, c.Print(map[string]any{"review": review, "lines": page.Lines})
	}
	before := string(review.Before)
	if before == "" {
		before = "-"
	}
	c.Say("payroll.say.review", map[string]any{"period": p, "requested": review.Requested, "before": before, "previously": review.Previously})
	for _, class := range review.Classes {
		if class.Members > 0 {
			c.Say("payroll.say.review_class", map[string]any{"class": words.Say(c.Language(), "payroll.review."+class.Class, nil), "members": class.Members, "amount": class.Amount})
		}
	}
	if review.Objections > 0 {
		c.Say("payroll.say.review_objections", map[string]any{"objections": review.Objections})
	}
	for _, l := range page.Lines {
		why := ""
		switch l.Why {
		case "":
		case KeptMandate, KeptShare, KeptObjection:
			why = words.Say(c.Language(), "payroll.kept."+l.Why, nil)
		default:
			why = fault.Message(c.Language(), l.Why, nil)
		}
		c.Say("payroll.say.review_line", map[string]any{"member": l.Member, "name": l.Name, "was": l.Was.Format(), "now": l.Now.Format(), "due": l.Due.Format(), "why": why})
	}
	return command.Done, nil
}
