package payroll

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/command"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/internal/words"
	"kpdk/hooks/member"
)

// freeSpec is a command that belongs to no period.
func freeSpec(name string, writes bool, run func(*command.Call) (int, error), flags ...command.Flag) command.Spec {
	return command.Spec{Name: "payroll " + name, Help: "command.payroll." + name, Args: cobra.NoArgs, Writes: writes, Run: run,
		Flags: append(flags, command.Flag{Name: "json", Default: "false", Bool: true, Help: "command.payroll.flag.json"})}
}

func textFlag(name string) command.Flag {
	return command.Flag{Name: name, Help: "command.payroll.flag." + strings.ReplaceAll(name, "-", "_")}
}

// plannerSpecs are the commands about what surrounds a list: its state and lines, goods on credit, objections,
// members' channels and the rules of the cycle.
func plannerSpecs(spec specMaker) []command.Spec {
	number := textFlag("member")
	all := command.Flag{Name: "all", Default: "false", Bool: true, Help: "command.payroll.flag.all"}
	return []command.Spec{
		freeSpec("runs", false, runsCommand),
		spec("show", "", showCommand),
		spec("lines", "", linesCommand, textFlag("unit"), textFlag("filter")),
		freeSpec("plans", false, plansCommand, number, all),
		freeSpec("plan", true, planCommand, number, textFlag("goods"), textFlag("parts"), textFlag("margin"), textFlag("first"), dryRun),
		freeSpec("approve-plan", true, func(c *command.Call) (int, error) { return decidePlanCommand(c, true) }, textFlag("plan")),
		freeSpec("refuse-plan", true, func(c *command.Call) (int, error) { return decidePlanCommand(c, false) }, textFlag("plan"), command.Flag{Name: "reason", Help: "command.payroll.flag.reason_text"}),
		freeSpec("return-plan", true, returnPlanCommand, textFlag("plan"), command.Flag{Name: "goods", Help: "command.payroll.flag.goods_back"}, command.Flag{Name: "reason", Help: "command.payroll.flag.reason_text"}, dryRun),
		spec("early", "", earlyCommand, command.Flag{Name: "reason", Help: "command.payroll.flag.reason_text"}),
		freeSpec("objections", false, objectionsCommand, command.Flag{Name: "period", Help: "command.payroll.flag.period_or_all"}, all),
		freeSpec("answer-objection", true, answerObjectionCommand, textFlag("objection"), textFlag("decision"), textFlag("items"), command.Flag{Name: "text", Help: "command.payroll.flag.answer_text"}),
		freeSpec("erase-objection", true, eraseObjectionCommand, textFlag("objection")),
		freeSpec("channel", true, channelCommand, number, textFlag("channel"), command.Flag{Name: "from", Help: "command.payroll.flag.valid_from"}),
		freeSpec("rules", false, rulesCommand),
		freeSpec("rule", true, ruleCommand, textFlag("key"), textFlag("value"), command.Flag{Name: "from", Help: "command.payroll.flag.valid_from"}),
	}
}

func runsCommand(c *command.Call) (int, error) {
	runs, err := Runs(act.Read(c.App))
	if err != nil {
		return command.Failed, err
	}
	if c.JSON() {
		return command.Done, c.Print(RunList{runs})
	}
	for _, h := range runs {
		c.Say("payroll.say.run_head", map[string]any{"period": h.Period, "state": words.Say(c.Language(), "payroll.state."+h.State, nil), "members": h.Members, "requested": h.Requested, "deducted": h.Deducted, "remaining": h.Remaining})
	}
	return command.Done, nil
}

// showCommand prints a run and what it waits for; nothing is written.
func showCommand(c *command.Call, p clock.Period) (int, error) {
	todo, err := TodosOf(act.Read(c.App), p)
	if err != nil {
		return command.Failed, err
	}
	if err := tellRun(c, p, map[string]any{"todo": todo}); err != nil || c.JSON() {
		return command.Done, err
	}
	for _, t := range todo {
		c.Say("payroll.say.todo", map[string]any{"what": words.Say(c.Language(), "office.todo_"+t.Code, map[string]any{"n": t.Count}), "amount": t.Amount})
		for _, u := range t.Units {
			fmt.Fprintf(c.Out, "  %-10s %-30.30s %14s\n", u.Unit, u.Name, u.Amount.Format())
		}
	}
	return command.Done, nil
}

// linesCommand prints a run's lines, page by page as the screen does, so that a long list is no long query.
func linesCommand(c *command.Call, p clock.Period) (int, error) {
	unit, err := unitCode(act.Read(c.App), c.Flags["unit"])
	if err != nil {
		return command.Failed, err
	}
	all := Lines{Lines: []LineView{}}
	for after := int64(0); ; {
		page, err := LinesOf(act.Read(c.App), p, Page{Unit: unit, Filter: c.Flags["filter"], After: after, Limit: mostPage})
		if err != nil {
			return command.Failed, err
		}
		if c.JSON() {
			all.Lines = append(all.Lines, page.Lines...)
		} else {
			for _, l := range page.Lines {
				sayLine(c, l)
			}
		}
		if after = page.Next; after == 0 {
			break
		}
	}
	if c.JSON() {
		return command.Done, c.Print(all)
	}
	return command.Done, nil
}

func sayLine(c *command.Call, l LineView) {
	why := reasonIn(c.Language(), l.Reason)
	if l.Excluded != "" {
		why = fault.Message(c.Language(), l.Excluded, nil)
	}
	deducted := "–"
	if l.Answered {
		deducted = l.Deducted.Format()
	}
	fmt.Fprintf(c.Out, "%s %-28.28s %-8s %14s %14s %s\n", member.PrintNumber(l.Member), l.Name, l.Unit, l.Requested.Format(), deducted, why)
}

func plansCommand(c *command.Call) (int, error) {
	number, err := memberFlag(c, false)
	if err != nil {
		return command.Failed, err
	}
	list, err := PlansFor(act.Read(c.App), act.ByConsole, clock.Of(c.App).Today(), number, c.Flags["all"] != "true", 0, mostPage)
	if err != nil {
		return command.Failed, err
	}
	if c.JSON() {
		return command.Done, c.Print(list)
	}
	for _, p := range list.Waiting {
		what := map[string]any{"id": p.ID, "member": member.PrintNumber(p.Member), "name": p.Name, "principal": p.Principal, "parts": p.Count, "by": p.By, "till": p.Till}
		if p.State == PlanApproved {
			c.Say("payroll.say.plan_hands", what)
			continue
		}
		c.Say("payroll.say.plan_waits", what)
	}
	for _, p := range list.Plans {
		c.Say("payroll.say.plan", map[string]any{"id": p.ID, "number": p.Number, "member": member.PrintNumber(p.Member), "name": p.Name, "principal": p.Principal, "margin": p.Margin, "paid": p.Paid, "parts": p.Count, "left": p.Left + p.MarginDue})
	}
	return command.Done, nil
}

// memberFlag reads --member; 0 when it is left out and may be.
func memberFlag(c *command.Call, required bool) (int64, error) {
	text := c.Flags["member"]
	if text == "" && !required {
		return 0, nil
	}
	number, err := strconv.ParseInt(text, 10, 64)
	if err != nil || number <= 0 {
		var in fault.Input
		in.Add("member", "input.number")
		return 0, in.Err()
	}
	return number, nil
}

// planCommand sells goods on credit. With --dry-run it decides and says the schedule, and nothing is written.
func planCommand(c *command.Call) (int, error) {
	in, err := planOf(c)
	if err != nil {
		return command.Failed, err
	}
	if c.Flags["dry-run"] == "true" {
		return trialPlan(c, in)
	}
	made, _, err := MakePlan(c.Ctx, c.App, ulid.New(), act.ByConsole, in)
	if err != nil {
		return command.Failed, err
	}
	if c.JSON() {
		return command.Done, c.Print(made)
	}
	c.Say("payroll.say.plan_made", map[string]any{"number": made.Number, "principal": made.Principal, "margin": made.Margin, "parts": in.Parts})
	return command.Done, nil
}

// planOf reads --goods as CODE=QUANTITY, separated by commas; a code is a barcode or the co-op's own.
func planOf(c *command.Call) (in PlanInput, err error) {
	if in.Member, err = memberFlag(c, true); err != nil {
		return in, err
	}
	var bad fault.Input
	for _, one := range strings.Split(c.Flags["goods"], ",") {
		code, quantity, ok := strings.Cut(strings.TrimSpace(one), "=")
		if !ok {
			quantity = "1"
		}
		var id string
		if err := act.Read(c.App).Row("SELECT coalesce((SELECT id FROM products WHERE ?1 <> '' AND (barcode = ?1 OR code = ?1) ORDER BY barcode = ?1 DESC LIMIT 1), '')", code).Scan(&id); err != nil {
			return in, err
		}
		bad.Check(id != "", "goods", "store.product_unknown", fault.Params{"code": code})
		in.Goods = append(in.Goods, Good{Product: id, Quantity: quantity})
	}
	in.Parts, err = strconv.ParseInt(c.Flags["parts"], 10, 64)
	bad.Check(err == nil && in.Parts > 0, "parts", "payroll.instalment_count", fault.Params{"max": maxPlanParts})
	if text := c.Flags["margin"]; text != "" {
		in.Margin, _, err = document.ParseRupiah(text)
		bad.Check(err == nil && in.Margin >= 0, "margin", "ledger.amount_invalid")
	}
	in.First = clock.Period(c.Flags["first"])
	return in, bad.Err()
}

// trialPlan says what would come of it.
func trialPlan(c *command.Call, in PlanInput) (int, error) {
	q, err := QuotePlan(c.Ctx, c.App, act.ByConsole, in)
	if err == nil && q.Refusal != "" {
		err = fault.Refused(q.Refusal, q.Params)
	}
	if err != nil {
		return command.Failed, err
	}
	if c.JSON() {
		return command.Done, c.Print(q)
	}
	c.Say("payroll.say.plan_trial", map[string]any{"principal": q.Principal, "margin": q.Margin, "parts": in.Parts})
	for _, s := range q.Schedule {
		c.Say("payroll.say.plan_part", map[string]any{"n": s.N, "period": s.Period, "amount": s.Principal + s.Margin, "margin": s.Margin})
	}
	return command.Done, nil
}

func decidePlanCommand(c *command.Call, approve bool) (int, error) {
	made, _, err := DecidePlan(c.Ctx, c.App, ulid.New(), act.ByConsole, c.Flags["plan"], approve, c.Flags["reason"])
	if err != nil {
		return command.Failed, err
	}
	if c.JSON() {
		return command.Done, c.Print(made)
	}
	c.Say("payroll.say.plan_decided", map[string]any{"id": made.ID, "state": words.Say(c.Language(), "payroll.plan_state."+made.State, nil)})
	return command.Done, nil
}

// returnPlanCommand reads --goods as LINE=QUANTITY, separated by commas; all that is out without it. With --dry-run it
// says what would come of it, and nothing is written.
func returnPlanCommand(c *command.Call) (int, error) {
	var in Returning
	var bad fault.Input
	for _, one := range strings.Split(c.Flags["goods"], ",") {
		if one = strings.TrimSpace(one); one == "" {
			continue
		}
		text, quantity, ok := strings.Cut(one, "=")
		line, err := strconv.ParseInt(text, 10, 64)
		bad.Check(ok && err == nil, "goods", "payroll.plan_line_unknown")
		in.Goods = append(in.Goods, BackGood{line, quantity})
	}
	if err := bad.Err(); err != nil {
		return command.Failed, err
	}
	if c.Flags["dry-run"] == "true" {
		terms, _, err := ReturnTermsOf(act.Read(c.App), act.ByConsole, clock.Of(c.App), c.Flags["plan"], in)
		if err == nil && terms.Refusal != "" {
			err = fault.Refused(terms.Refusal)
		}
		if err != nil {
			return command.Failed, err
		}
		if c.JSON() {
			return command.Done, c.Print(terms)
		}
		c.Say("payroll.say.plan_return_trial", map[string]any{"amount": terms.Amount, "waived": terms.Ended, "held": terms.Held, "left": terms.Left, "ended": terms.MarginEnded, "stays": terms.MarginStays})
		for _, s := range terms.Schedule {
			c.Say("payroll.say.plan_part", map[string]any{"n": s.N, "period": s.Period, "amount": s.Principal + s.Margin, "margin": s.Margin})
		}
		return command.Done, nil
	}
	out, _, err := ReturnPlan(c.Ctx, c.App, ulid.New(), act.ByConsole, c.Flags["plan"], in, c.Flags["reason"])
	if err != nil {
		return command.Failed, err
	}
	if c.JSON() {
		return command.Done, c.Print(out)
	}
	c.Say("payroll.say.plan_returned", map[string]any{"waived": out.Waived, "held": out.Held, "left": out.Left})
	return command.Done, nil
}

func earlyCommand(c *command.Call, p clock.Period) (int, error) {
	out, _, err := AllowEarly(c.Ctx, c.App, ulid.New(), act.ByConsole, p, c.Flags["reason"])
	if err != nil {
		return command.Failed, err
	}
	if c.JSON() {
		return command.Done, c.Print(out)
	}
	c.Say("payroll.say.early", map[string]any{"period": p})
	return command.Done, nil
}

func objectionsCommand(c *command.Call) (int, error) {
	p, ok := clock.ParsePeriod(c.Flags["period"])
	if !ok && c.Flags["period"] != "" {
		var in fault.Input
		in.Add("period", "input.period")
		return command.Failed, in.Err()
	}
	list, err := Objections(act.Read(c.App), clock.Of(c.App), c.Flags["all"] != "true", p, 0, 100)
	if err != nil {
		return command.Failed, err
	}
	if c.JSON() {
		return command.Done, c.Print(list)
	}
	for _, o := range list.Objections {
		state := words.Say(c.Language(), "payroll.objection_state.open", map[string]any{"date": o.AnswerBy})
		if o.Answer != nil {
			state = words.Say(c.Language(), "payroll.objection_state."+o.Answer.Decision, nil)
		}
		c.Say("payroll.say.objection", map[string]any{"id": o.ID, "period": o.Period, "member": member.PrintNumber(o.Member), "name": o.Name, "why": words.Say(c.Language(), "payroll.objection_code."+o.Code, nil), "text": o.Text, "state": state})
		for _, part := range o.Parts {
			c.Say("payroll.say.objection_part", map[string]any{"item": part.Item, "kind": words.Say(c.Language(), "payroll.kind."+string(part.Kind), nil), "date": part.Date, "amount": part.Planned})
		}
	}
	return command.Done, nil
}

// answerObjectionCommand reads --items as ITEM=MOST, separated by commas: of that item at most so much is taken.
func answerObjectionCommand(c *command.Call) (int, error) {
	in := Answering{Decision: c.Flags["decision"]}
	var bad fault.Input
	for _, one := range strings.Split(c.Flags["items"], ",") {
		if one = strings.TrimSpace(one); one == "" {
			continue
		}
		item, most, _ := strings.Cut(one, "=")
		id, err := strconv.ParseInt(item, 10, 64)
		amount := money.Rupiah(0)
		if err == nil && most != "" {
			amount, _, err = document.ParseRupiah(most)
		}
		bad.Check(err == nil, "items", "ledger.amount_invalid")
		in.Items = append(in.Items, Ceiling{id, amount})
	}
	if err := bad.Err(); err != nil {
		return command.Failed, err
	}
	out, _, err := AnswerObjection(c.Ctx, c.App, ulid.New(), act.ByConsole, c.Flags["objection"], in, c.Flags["text"])
	if err != nil {
		return command.Failed, err
	}
	if c.JSON() {
		return command.Done, c.Print(out)
	}
	c.Say("payroll.say.objection_answered", map[string]any{"id": out.ID, "decision": words.Say(c.Language(), "payroll.objection_state."+out.Decision, nil), "held": out.Held})
	return command.Done, nil
}

func eraseObjectionCommand(c *command.Call) (int, error) {
	out, _, err := EraseObjection(c.Ctx, c.App, ulid.New(), act.ByConsole, c.Flags["objection"])
	if err != nil {
		return command.Failed, err
	}
	if c.JSON() {
		return command.Done, c.Print(out)
	}
	c.Say("payroll.say.objection_erased", map[string]any{"id": c.Flags["objection"]})
	return command.Done, nil
}

func channelCommand(c *command.Call) (int, error) {
	number, err := memberFlag(c, true)
	if err != nil {
		return command.Failed, err
	}
	out, _, err := SetChannel(c.Ctx, c.App, ulid.New(), act.ByConsole, number, ChannelChange{c.Flags["channel"], fromFlag(c)})
	if err != nil {
		return command.Failed, err
	}
	if c.JSON() {
		return command.Done, c.Print(out)
	}
	c.Say("payroll.say.channel", map[string]any{"member": member.PrintNumber(out.Member), "channel": out.Channel, "from": out.ValidFrom})
	return command.Done, nil
}
