package payroll

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/command"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/internal/web"
	"kpdk/hooks/internal/words"
	"kpdk/hooks/member"
)

var (
	dryRun       = command.Flag{Name: "dry-run", Default: "false", Bool: true, Help: "command.payroll.flag.dry_run"}
	acceptFooter = command.Flag{Name: "accept-footer", Default: "false", Bool: true, Help: "command.payroll.flag.accept_footer"}
)

type specMaker = func(name, use string, run func(*command.Call, clock.Period) (int, error), more ...command.Flag) command.Spec

// officerSpecs are the commands about what goes out to officers and what comes back.
func officerSpecs(spec specMaker) []command.Spec {
	unit := command.Flag{Name: "unit", Help: "command.payroll.flag.unit"}
	reason := command.Flag{Name: "reason", Help: "command.payroll.flag.reason_text"}
	amount := command.Flag{Name: "amount", Help: "command.payroll.flag.amount"}
	number := command.Flag{Name: "member", Help: "command.payroll.flag.member"}
	out := command.Flag{Name: "out", Default: ".", Help: "command.payroll.flag.out"}
	layout := command.Spec{Name: "payroll layout", Use: "[FILE]", Help: "command.payroll.layout", Writes: true, Files: true, Run: layoutCommand,
		Flags: []command.Flag{unit, {Name: "usual", Default: "false", Bool: true, Help: "command.payroll.flag.usual"}, dryRun, {Name: "json", Default: "false", Bool: true, Help: "command.payroll.flag.json"}}}
	return []command.Spec{
		layout,
		spec("lists", "", listsCommand),
		spec("check", "FILE…", checkCommand),
		spec("correct", "[FILE…]", correctCommand, reason, dryRun, acceptFooter, command.Flag{Name: "approve", Help: "command.payroll.flag.approve"}, command.Flag{Name: "refuse", Help: "command.payroll.flag.refuse"}),
		spec("money", "", moneyCommand),
		spec("resolve", "", resolveCommand, unit, amount, reason, command.Flag{Name: "kind", Help: "command.payroll.flag.kind"}, command.Flag{Name: "from", Help: "command.payroll.flag.from"},
			command.Flag{Name: "approve", Help: "command.payroll.flag.approve_resolution"}, command.Flag{Name: "refuse", Help: "command.payroll.flag.refuse_resolution"}),
		spec("unmatched", "", unmatchedCommand, command.Flag{Name: "row", Help: "command.payroll.flag.row"}, number, reason),
		spec("bills", "", billsCommand, number, out),
		spec("slip", "", slipCommand, number, out),
	}
}

// fileOf reads an officer's file by the co-op's layouts.
func fileOf(c *command.Call, f command.File, p clock.Period) (File, error) {
	layouts, err := layoutsKnown(act.Read(c.App))
	if err != nil {
		return File{}, err
	}
	return ReadAnswerIn(f.Name, f.Data, p, layouts)
}

func layoutCommand(c *command.Call) (int, error) {
	in := LayoutInput{Unit: c.Flags["unit"], Usual: c.Flags["usual"] == "true"}
	if len(c.Files) == 0 && !in.Usual {
		all, err := Layouts(act.Read(c.App))
		if err != nil {
			return command.Failed, err
		}
		for _, v := range all {
			if c.Flags["unit"] == "" || v.Unit == c.Flags["unit"] {
				if err := c.Print(v); err != nil {
					return command.Failed, err
				}
			}
		}
		return command.Done, nil
	}
	if !in.Usual {
		if err := json.Unmarshal(c.Files[0].Data, &in.Layout); err != nil {
			return command.Failed, fault.Bad("input.json")
		}
	}
	if c.Flags["dry-run"] == "true" && !in.Usual {
		sample, err := SampleOf(in, c.Language())
		if err != nil {
			return command.Failed, err
		}
		return command.Done, c.Print(sample)
	}
	v, _, err := SetLayout(c.Ctx, c.App, ulid.New(), act.ByConsole, in)
	return c.Tell(v, err, func() { c.Say("payroll.say.layout", map[string]any{"unit": v.Unit, "columns": len(v.Layout.Columns)}) })
}

func listsCommand(c *command.Call, p clock.Period) (int, error) {
	lists, err := SealedLists(act.Read(c.App), p)
	return c.Tell(SealedList{lists}, err, func() {
		for _, l := range lists {
			c.Say("payroll.say.list", map[string]any{"number": l.Number, "unit": l.Unit, "members": l.Members, "total": l.Total, "hash": l.Hash})
		}
	})
}

// checkCommand ends with 0 when each file is a locked list that stands, with 1 when one is not.
func checkCommand(c *command.Call, p clock.Period) (int, error) {
	if len(c.Files) == 0 {
		return command.Failed, fault.Bad("payroll.file_needed")
	}
	exit := command.Done
	for _, f := range c.Files {
		out, err := CheckFile(c.App, f.Name, f.Data, p)
		if err != nil {
			return command.Failed, err
		}
		if !out.Matches || out.Standing != "" {
			exit = command.Failed
		}
		if c.JSON() {
			if err := c.Print(out); err != nil {
				return command.Failed, err
			}
			continue
		}
		sayCheck(c, f.Name, out)
	}
	return exit, nil
}

func sayCheck(c *command.Call, name string, out FileCheck) {
	say := func(key string, params map[string]any) { c.Say("payroll.say."+key, params) }
	switch {
	case out.Matches && out.Standing == "":
		say("check_true", map[string]any{"file": name, "number": out.List.Number, "members": out.Members, "total": out.Total, "hash": out.Hash})
	case out.Matches:
		say("check_replaced", map[string]any{"file": name, "number": out.List.Number, "standing": out.Standing})
	case out.List == nil:
		say("check_nothing", map[string]any{"file": name})
	default:
		say("check_false", map[string]any{"file": name, "number": out.List.Number, "differences": len(out.Differences) + out.More + len(out.Unknown)})
	}
	for _, row := range out.Unknown {
		say("check_unknown", map[string]any{"row": row})
	}
	amount := func(d FileDiff) (listed, found string) {
		listed, found = "–", "–"
		if d.Listed != nil {
			listed = d.Listed.Format()
		}
		if d.Found != nil {
			found = d.Found.Format()
		}
		return listed, found
	}
	for _, d := range out.Differences {
		listed, found := amount(d)
		say("check_difference", map[string]any{"row": d.Row, "member": member.PrintNumber(d.Member), "listed": listed, "found": found})
	}
}

// previewCommand shows what files would do, line by line.
func previewCommand(c *command.Call, p clock.Period, previewed func(core.App, clock.Period, File) (Preview, error)) (int, error) {
	exit := command.Done
	for _, f := range c.Files {
		file, err := fileOf(c, f, p)
		if err != nil {
			return command.Failed, err
		}
		preview, err := previewed(c.App, p, file)
		if err != nil {
			return command.Failed, err
		}
		explain(preview.Rejected, c.Language())
		if len(preview.Rejected) > 0 {
			exit = command.Partial
		}
		if c.JSON() {
			if err := c.Print(preview); err != nil {
				return command.Failed, err
			}
			continue
		}
		sayPreview(c, f.Name, preview)
	}
	return exit, nil
}

func sayPreview(c *command.Call, name string, v Preview) {
	say := func(key string, params map[string]any) { c.Say("payroll.say."+key, params) }
	say("preview", map[string]any{"file": name, "read": v.Read, "matched": v.Matched, "rejected": len(v.Rejected), "asked": v.Asked, "deducted": v.Deducted})
	if f := v.Footer; f != nil && f.Difference != 0 {
		say("preview_footer", map[string]any{"row": f.Row, "stated": f.Stated, "found": f.Found, "difference": f.Difference})
	}
	if len(v.Hidden) > 0 {
		say("preview_hidden", map[string]any{"rows": strings.Trim(strings.ReplaceAll(fmt.Sprint(v.Hidden), " ", ", "), "[]")})
	}
	line := func(l PreviewLine) {
		was := "–"
		if l.Was != nil {
			was = l.Was.Format()
		}
		fmt.Fprintf(c.Out, "%6d %s %-28.28s %14s %14s %14s %s\n", l.Row, member.PrintNumber(l.Member), l.Name, l.Requested.Format(), was, l.Deducted.Format(), reasonIn(c.Language(), l.Reason))
	}
	if len(v.Lines) > 0 {
		say("preview_lines", nil)
	}
	for _, l := range v.Lines {
		line(l)
	}
	if len(v.Missing) > 0 {
		say("preview_missing", map[string]any{"members": len(v.Missing) + v.MissingMore})
	}
	for _, l := range v.Missing {
		line(l)
	}
	for _, r := range v.Rejected {
		say("rejected", map[string]any{"row": r.Row, "message": r.Message})
	}
	if v.Corrections > 0 {
		say("preview_corrections", map[string]any{"lines": v.Corrections, "difference": v.Difference})
	}
}

// reasonIn is a reason in words; none is said by none.
func reasonIn(language, reason string) string {
	if reason == "" {
		return ""
	}
	return words.Say(language, "payroll.reason."+reason, nil)
}

// correctCommand makes a correction of files, or decides one.
func correctCommand(c *command.Call, p clock.Period) (int, error) {
	for _, decide := range []string{"approve", "refuse"} {
		if c.Flags[decide] == "" {
			continue
		}
		id, err := strconv.ParseInt(c.Flags[decide], 10, 64)
		if err != nil {
			return command.Failed, fault.NotFound("payroll.correction_unknown", fault.Params{"correction": c.Flags[decide]})
		}
		step := CorrectionStep{p, id}
		if decide == "approve" {
			_, _, err = ApproveCorrection(c.Ctx, c.App, ulid.New(), act.ByConsole, step, c.Progress)
		} else {
			_, _, err = RefuseCorrection(c.Ctx, c.App, ulid.New(), act.ByConsole, step, c.Flags["reason"])
		}
		if err != nil {
			return command.Failed, err
		}
		return command.Done, tellRun(c, p, nil)
	}
	if len(c.Files) == 0 {
		return tellCorrections(c, p)
	}
	if c.Flags["dry-run"] == "true" {
		return previewCommand(c, p, PreviewCorrection)
	}
	if document.CleanText(c.Flags["reason"]) == "" {
		var in fault.Input
		in.Add("reason", "input.required")
		return command.Failed, in.Err()
	}
	var all File
	for _, f := range c.Files {
		file, err := fileOf(c, f, p)
		if err == nil {
			err = confirmFooter(file, c.Flags["accept-footer"] == "true")
		}
		if err != nil {
			return command.Failed, err
		}
		all.Answers, all.Rejected = append(all.Answers, file.Answers...), append(all.Rejected, file.Rejected...)
	}
	report, _, err := Correct(c.Ctx, c.App, ulid.New(), act.ByConsole, p, all.Answers, all.Rejected, c.Flags["reason"], c.Progress)
	if err != nil {
		return command.Failed, err
	}
	explain(report.Rejected, c.Language())
	if c.JSON() {
		return report.exit(), c.Print(report)
	}
	sayReport(c, report.Report)
	if report.Correction == 0 {
		c.Say("payroll.say.correction_none", nil)
	} else {
		c.Say("payroll.say.correction", map[string]any{"correction": report.Correction, "lines": report.Lines, "difference": report.Difference})
	}
	return report.exit(), nil
}

func tellCorrections(c *command.Call, p clock.Period) (int, error) {
	all, err := CorrectionsOf(act.Read(c.App), p, act.ByConsole)
	return c.Tell(CorrectionList{all}, err, func() {
		for _, k := range all {
			c.Say("payroll.say.correction_state", map[string]any{"correction": k.ID, "lines": k.Lines, "difference": k.Difference, "state": words.Say(c.Language(), "payroll.correction."+k.State, nil)})
			if k.Claimed > 0 {
				c.Say("payroll.say.correction_claimed", map[string]any{"amount": k.Claimed})
			}
		}
	})
}

func moneyCommand(c *command.Call, p clock.Period) (int, error) {
	units, err := MoneyOf(act.Read(c.App), p, clock.Of(c.App).Today(), act.ByConsole)
	if err != nil {
		return command.Failed, err
	}
	if c.JSON() {
		return command.Done, c.Print(MoneyList{units})
	}
	for _, u := range units {
		c.Say("payroll.say.money", map[string]any{"unit": u.Unit + " " + u.Name, "settled": u.Settled, "received": u.Received, "returned": u.Returned, "written_off": u.WrittenOff, "standing": u.Standing, "days": u.Days})
	}
	return command.Done, nil
}

func resolveCommand(c *command.Call, p clock.Period) (int, error) {
	for _, decide := range []string{"approve", "refuse"} {
		if c.Flags[decide] == "" {
			continue
		}
		id, err := strconv.ParseInt(c.Flags[decide], 10, 64)
		if err == nil {
			_, _, err = DecideMoney(c.Ctx, c.App, ulid.New(), act.ByConsole, MoneyDecision{Period: p, Resolution: id, Approve: decide == "approve"}, c.Flags["reason"])
		}
		if err != nil {
			return command.Failed, err
		}
		return moneyCommand(c, p)
	}
	amount, _, err := document.ParseRupiah(c.Flags["amount"])
	if err != nil {
		amount = 0 // the act names the field
	}
	unit, err := unitCode(act.Read(c.App), c.Flags["unit"])
	if err != nil {
		return command.Failed, err
	}
	in := Resolution{Period: p, Unit: unit, Kind: c.Flags["kind"], Amount: amount}
	if in.Cash, in.Bank, err = placeOf(c.Flags["from"]); err != nil {
		return command.Failed, err
	}
	if _, _, err := Resolve(c.Ctx, c.App, ulid.New(), act.ByConsole, in, c.Flags["reason"]); err != nil {
		return command.Failed, err
	}
	return moneyCommand(c, p)
}

func unmatchedCommand(c *command.Call, p clock.Period) (int, error) {
	if c.Flags["row"] != "" {
		id, err := strconv.ParseInt(c.Flags["row"], 10, 64)
		if err != nil {
			return command.Failed, fault.NotFound("payroll.unmatched_unknown")
		}
		number, _ := strconv.ParseInt(c.Flags["member"], 10, 64) // none: the row is dismissed, which wants a reason
		if _, _, err := DecideUnmatched(c.Ctx, c.App, ulid.New(), act.ByConsole, UnmatchedDecision{p, id, number}, c.Flags["reason"]); err != nil {
			return command.Failed, err
		}
	}
	rows, err := UnmatchedOf(act.Read(c.App), p)
	return c.Tell(UnmatchedList{rows}, err, func() {
		for _, u := range rows {
			c.Say("payroll.say.unmatched_row", map[string]any{"id": u.ID, "row": u.Row, "amount": u.Amount, "why": fault.Message(c.Language(), u.Code, nil), "decision": words.Say(c.Language(), "payroll.unmatched."+orOpen(u.Decision), nil)})
		}
	})
}

func orOpen(decision string) string {
	if decision == "" {
		return "open"
	}
	return decision
}

// billsCommand lists what members pay by themselves, or writes one member's bill.
func billsCommand(c *command.Call, p clock.Period) (int, error) {
	if c.Flags["member"] != "" {
		return paperCommand(c, p, BillPaper, "tagihan")
	}
	list, err := Bills(act.Read(c.App), p, 0, maxAnswers)
	return c.Tell(list, err, func() {
		for _, b := range list.Bills {
			why := reasonIn(c.Language(), b.Why)
			if b.Self {
				why = fault.Message(c.Language(), b.Why, nil)
			}
			c.Say("payroll.say.bill", map[string]any{"member": member.PrintNumber(b.Member), "name": b.Name, "owed": b.Owed, "why": why})
		}
		c.Say("payroll.say.bills", map[string]any{"members": list.Members, "owed": list.Owed})
	})
}

func slipCommand(c *command.Call, p clock.Period) (int, error) {
	return paperCommand(c, p, SlipPaper, "slip")
}

// taken writes down, before a file is there, that somebody at the console takes members' data along.
func taken(c *command.Call, via string, seen web.Seen) error {
	seen.Sight = web.Sight{Action: web.Exported, Via: via, Why: whyPayroll}
	return member.See(c.App, act.ByConsole, seen)
}

func paperCommand(c *command.Call, p clock.Period, paper func(app core.App, language string, p clock.Period, number int64) ([]byte, error), name string) (int, error) {
	number, err := strconv.ParseInt(c.Flags["member"], 10, 64)
	if err != nil || number <= 0 {
		var in fault.Input
		in.Add("member", "input.required")
		return command.Failed, in.Err()
	}
	data, err := paper(c.App, c.Language(), p, number)
	if err != nil {
		return command.Failed, err
	}
	if err := taken(c, "slip", web.Seen{Member: number}); err != nil {
		return command.Failed, err
	}
	file := filepath.Join(c.Flags["out"], name+"-"+string(p)+"-"+pad(number, 4)+".pdf")
	if err := c.Save(file, data); err != nil {
		return command.Failed, err
	}
	c.Say("payroll.say.paper", map[string]any{"file": file})
	return command.Done, nil
}
