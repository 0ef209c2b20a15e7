package store

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/command"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/internal/web"
)

// Commands are the store's.
func Commands() []command.Spec {
	json := command.Flag{Name: "json", Bool: true, Help: "command.flag.json"}
	request, reason := command.Flag{Name: "request", Help: "command.store.request"}, command.Flag{Name: "reason", Help: "command.store.reason"}
	return []command.Spec{
		{Name: "import products", Use: "FILE", Help: "command.import.products", Args: cobra.ExactArgs(1), Files: true, Writes: true,
			Flags: []command.Flag{{Name: "dry-run", Bool: true, Help: "command.import.dry_run"}, {Name: "reason", Help: "command.import.products.reason"}, json}, Run: importCommand},
		{Name: "store adjustments", Help: "command.store.adjustments", Args: cobra.NoArgs, Flags: []command.Flag{json}, Run: adjustmentsCommand},
		{Name: "store adjust", Help: "command.store.adjust", Args: cobra.NoArgs, Writes: true,
			Flags: []command.Flag{{Name: "goods", Help: "command.store.goods"}, reason, json}, Run: adjustCommand},
		{Name: "store approve-adjustment", Help: "command.store.approve_adjustment", Args: cobra.NoArgs, Writes: true, Flags: []command.Flag{request, reason, json},
			Run: func(c *command.Call) (int, error) { return decideCommand(c, true) }},
		{Name: "store refuse-adjustment", Help: "command.store.refuse_adjustment", Args: cobra.NoArgs, Writes: true, Flags: []command.Flag{request, reason, json},
			Run: func(c *command.Call) (int, error) { return decideCommand(c, false) }},
		{Name: "store return", Help: "command.store.return", Args: cobra.NoArgs, Writes: true, Run: returnCommand,
			Flags: []command.Flag{{Name: "sale", Help: "command.store.sale"}, {Name: "line", Help: "command.store.line"}, reason, {Name: "dry-run", Bool: true, Help: "command.store.return_dry"}, json}},
	}
}

func importCommand(c *command.Call) (int, error) {
	list := document.Upload{Name: c.Files[0].Name, Data: c.Files[0].Data, DryRun: c.Flags["dry-run"] == "true", Fields: map[string]string{"reason": c.Flags["reason"]}}
	report, err := ImportProducts(c.Ctx, c.App, act.ByConsole, list, c.Language(), c.Progress)
	if err != nil {
		return command.Failed, err
	}
	if c.JSON() {
		return report.Exit(), c.Print(report)
	}
	if report.Adjustment != nil {
		sayAdjusted(c, *report.Adjustment)
	}
	return report.Exit(), report.Tell(c)
}

func sayAdjusted(c *command.Call, a Adjusted) {
	c.Say("store.say.adjusted_"+a.State, map[string]any{"id": a.ID, "amount": a.Amount.Format(), "entry": a.Entry})
}

func adjustmentsCommand(c *command.Call) (int, error) {
	list, err := Adjustments(act.Read(c.App), clock.Of(c.App).Today(), act.ByConsole, 0, 50)
	return c.Tell(list, err, func() {
		for _, a := range append(list.Waiting, list.Adjustments...) {
			c.Say("store.say.adjustment_"+a.State, map[string]any{"id": a.ID, "date": a.Date, "count": a.Count, "amount": a.Amount.Format(), "by": a.By, "reason": a.Reason})
		}
	})
}

// adjustCommand takes goods as CODE=QUANTITY or CODE=QUANTITY@COST, with commas between them.
func adjustCommand(c *command.Call) (int, error) {
	in := AdjustInput{Reason: c.Flags["reason"]}
	for part := range strings.SplitSeq(c.Flags["goods"], ",") {
		code, rest, _ := strings.Cut(strings.TrimSpace(part), "=")
		quantity, costText, priced := strings.Cut(rest, "@")
		line := AdjustLine{Barcode: code, Quantity: quantity}
		if priced {
			cost, _, err := document.ParseRupiah(costText)
			if err != nil {
				var bad fault.Input
				bad.Add("goods", "store.cost_invalid")
				return command.Failed, bad.Err()
			}
			line.Cost = cost
		}
		in.Lines = append(in.Lines, line)
	}
	return tellAdjusted(c)(AdjustStock(c.Ctx, c.App, ulid.New(), act.ByConsole, in))
}

func decideCommand(c *command.Call, approve bool) (int, error) {
	return tellAdjusted(c)(DecideStock(c.Ctx, c.App, ulid.New(), act.ByConsole, c.Flags["request"], approve, c.Flags["reason"]))
}

func tellAdjusted(c *command.Call) func(Adjusted, bool, error) (int, error) {
	return func(out Adjusted, _ bool, err error) (int, error) {
		return c.Tell(out, err, func() { sayAdjusted(c, out) })
	}
}

// importRoute lets a manager import a catalogue from the office; ?dry_run=1 only tells.
func importRoute() web.Route {
	r := web.Raw(http.MethodPost, "/api/coop/import/products", web.Managers, "Import a catalogue (multipart fields file, id, reason: for stock that is an adjustment).", func(c *web.Call) error {
		list, err := document.ReadUpload(c)
		if err != nil {
			return err
		}
		report, again, err := takeCatalogue(c.Request.Context(), c.App, c.By, list, c.Language(), nil)
		if err != nil {
			return err
		}
		if again {
			return c.JSON(http.StatusOK, report)
		}
		return c.JSON(http.StatusCreated, report)
	})
	r.Out, r.MaxBody = CatalogueReport{}, -1
	return r
}

// returnCommand takes --line as LINE=QUANTITY with commas between them; all that is out without it. With --dry-run it
// says what would come of it, and nothing is written.
func returnCommand(c *command.Call) (int, error) {
	r, sale := act.Read(c.App), strings.TrimSpace(c.Flags["sale"])
	found, err := ReceiptsByNumber(r, sale)
	if err != nil {
		return command.Failed, err
	}
	if len(found) == 1 {
		sale = found[0].ID
	}
	var lines []BackInput
	var bad fault.Input
	for part := range strings.SplitSeq(c.Flags["line"], ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		number, quantity, ok := strings.Cut(part, "=")
		line, err := strconv.ParseInt(number, 10, 64)
		bad.Check(ok && err == nil, "line", "store.return_line_unknown")
		lines = append(lines, BackInput{line, quantity})
	}
	if err := bad.Err(); err != nil {
		return command.Failed, err
	}
	if c.Flags["dry-run"] == "true" {
		terms, _, err := ReturnTermsOf(r, act.ByConsole, clock.Of(c.App).Today(), sale, ReturnTermsInput{lines})
		return c.Tell(terms, err, func() { sayReturned(c, "store.say.return_trial", terms) })
	}
	out, _, err := ReturnSale(c.Ctx, c.App, ulid.New(), act.ByConsole, sale, ReturnInput{Lines: lines, Reason: c.Flags["reason"]})
	return c.Tell(out, err, func() {
		sayReturned(c, "store.say.returned", ReturnTerms{Amount: out.Amount, Ended: out.Ended, Cash: out.Cash, Held: out.Held})
	})
}

func sayReturned(c *command.Call, key string, t ReturnTerms) {
	c.Say(key, map[string]any{"amount": t.Amount.Format(), "ended": t.Ended.Format(), "cash": t.Cash.Format(), "held": t.Held.Format()})
}
