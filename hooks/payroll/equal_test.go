package payroll_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/command"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
	"kpdk/hooks/payroll"
)

// desk does one month's steps, by whichever way.
type desk interface {
	rule(key, value string)
	channel(number int64, channel string)
	plan(number int64, code, product string, parts, margin int64)
	step(name string)
	answerObjection(id string, item, most int64)
	answer(file string)
	correct(file string)
	receive(unit string, amount int64)
	resolve(unit string, amount int64)
}

// TestTheConsoleDoesWhatThePagesDo: one month by routes and by commands leaves the same journal, byte by byte.
func TestTheConsoleDoesWhatThePagesDo(t *testing.T) {
	journals := map[string]string{}
	for name, sit := range map[string]func(o *office) desk{"pages": atThePages, "console": func(o *office) desk { return &console{o} }} {
		o := newHouse(t)
		o.hire(1, hired{max: 1_000_000})
		o.hire(2, hired{max: 1_000_000, unit: "622802"})
		o.hire(3, hired{max: 1_000_000})
		fan := o.Product("8995522000015", 450_000, 400_000, 300_000, 5)
		o.owe(1, ledger.ItemStore, "2026-10-02", 100_000)
		item := o.owe(2, ledger.ItemStore, "2026-10-02", 200_000)
		o.owe(3, ledger.ItemStore, "2026-10-02", 50_000)
		d := sit(o)
		d.rule("payroll.jump_rupiah", "300000")
		d.channel(3, "self")
		d.plan(1, "8995522000015", fan.Id, 3, 10_000)
		d.step("draft")
		said, _, err := payroll.Object(ctx, o, ulid.New(), act.Actor{ID: "m", Role: act.Member, Number: 2}, payroll.Objecting{Period: period, Item: item, Code: "amount"}, "")
		o.must(err)
		d.answerObjection(said.ID, item, 150_000)
		d.step("lock")
		d.step("export")
		asked, err := payroll.RunOf(o, act.ByConsole, period)
		o.must(err)
		lines, err := payroll.LinesOf(act.Read(o), period, payroll.Page{Limit: 10})
		o.must(err)
		if len(lines.Lines) != 3 || lines.Lines[2].Excluded != payroll.SelfPayer || asked.Requested == 0 {
			t.Fatalf("%s: %+v", name, lines)
		}
		d.answer(fmt.Sprintf("nip;dipotong;alasan\n%s;%d;\n%s;100.000;cuti\n", nipOf(1), lines.Lines[0].Requested, nipOf(2)))
		d.step("settle")
		d.correct(fmt.Sprintf("nip;dipotong;alasan\n%s;120.000;cuti\n", nipOf(2)))
		d.receive("622801", 0)
		d.receive("622802", 119_000)
		d.resolve("622802", 1_000)
		o.Travel(day("2026-11-25"))
		run, err := payroll.RunOf(o, act.ByConsole, period)
		o.must(err)
		if run.State != payroll.StateReceived {
			t.Errorf("%s: the run is %s", name, run.State)
		}
		var b bytes.Buffer
		o.must(act.Each(act.Read(o), `SELECT j.id, j.kind, j.date, l.line, l.account, coalesce(p.kind || ':' || p.ref, ''), l.amount FROM journal j JOIN journal_lines l ON l.entry = j.id LEFT JOIN parties p ON p.id = l.party ORDER BY j.id, l.line`, nil, func(row act.Scanner) error {
			var entry, line, account, amount int64
			var kind, date, party string
			err := row.Scan(&entry, &kind, &date, &line, &account, &party, &amount)
			fmt.Fprintln(&b, entry, kind, date, line, account, party, amount)
			return err
		}))
		journals[name] = b.String()
		o.verify()
	}
	if journals["pages"] != journals["console"] || strings.Count(journals["pages"], "\n") < 20 {
		t.Errorf("by the pages:\n%s\nby the console:\n%s", journals["pages"], journals["console"])
	}
}

// console is the desk at the command line.
type console struct{ *office }

func (c *console) run(name string, flags map[string]string, files ...command.File) {
	c.t.Helper()
	if exit, out := c.command(name, flags, files...); exit != command.Done {
		c.t.Fatalf("%s: exit %d: %s", name, exit, out)
	}
}

func (c *console) rule(key, value string) {
	c.run("rule", map[string]string{"key": key, "value": value})
}
func (c *console) channel(number int64, channel string) {
	c.run("channel", map[string]string{"member": fmt.Sprint(number), "channel": channel, "from": "2026-10-01"})
}
func (c *console) plan(number int64, code, _ string, parts, margin int64) {
	flags := map[string]string{"member": fmt.Sprint(number), "goods": code + "=1", "parts": fmt.Sprint(parts), "margin": fmt.Sprint(margin)}
	before := c.count("SELECT count(*) FROM acts")
	for _, dry := range []string{"true", "false"} {
		flags["dry-run"] = dry
		c.run("plan", flags)
		if after := c.count("SELECT count(*) FROM acts"); dry == "true" && after != before {
			c.t.Error("a dry run left something")
		}
	}
	c.run("plans", nil)
}
func (c *console) step(name string) {
	flags := map[string]string{}
	if name == "export" {
		flags["out"] = c.t.(*testing.T).TempDir()
	}
	c.run(name, flags)
	c.run("show", nil)
}
func (c *console) answerObjection(id string, item, most int64) {
	c.run("objections", nil)
	c.run("answer-objection", map[string]string{"objection": id, "decision": "adjust", "items": fmt.Sprintf("%d=%d", item, most), "text": "Benar, segini saja"})
}
func (c *console) answer(file string) {
	c.run("answer", map[string]string{"dry-run": "true"}, command.File{Name: "hasil.csv", Data: []byte(file)})
	c.run("answer", nil, command.File{Name: "hasil.csv", Data: []byte(file)})
}
func (c *console) correct(file string) {
	c.run("correct", map[string]string{"reason": "salah ketik"}, command.File{Name: "koreksi.csv", Data: []byte(file)})
	c.run("correct", map[string]string{"approve": "1"})
}
func (c *console) receive(unit string, amount int64) {
	flags := map[string]string{"unit": unit}
	if amount > 0 {
		flags["amount"] = fmt.Sprint(amount)
	}
	c.run("receive", flags)
}
func (c *console) resolve(unit string, amount int64) {
	c.run("resolve", map[string]string{"unit": unit, "kind": "written_off", "amount": fmt.Sprint(amount), "reason": "selisih kecil"})
}

// pages is the desk behind the routes, with two persons at it.
type pages struct {
	*office
	url         string
	maker, boss string
}

func atThePages(o *office) desk {
	return &pages{o, o.Serve().URL, o.Token(o.Operator(act.Treasurer)), o.Token(o.Manager())}
}

func (p *pages) post(token, path string, body map[string]any, file string) {
	p.t.Helper()
	var raw bytes.Buffer
	kind := "application/json"
	if file == "" {
		body["id"] = ulid.New()
		p.must(json.NewEncoder(&raw).Encode(body))
	} else {
		w := multipart.NewWriter(&raw)
		p.must(w.WriteField("id", ulid.New()))
		for k, v := range body {
			p.must(w.WriteField(k, fmt.Sprint(v)))
		}
		part, err := w.CreateFormFile("file", "hasil.csv")
		p.must(err)
		_, err = part.Write([]byte(file))
		p.must(err)
		p.must(w.Close())
		kind = w.FormDataContentType()
	}
	request, err := http.NewRequest("POST", p.url+"/api/coop/payroll/"+path, &raw)
	p.must(err)
	request.Header.Set("Authorization", token)
	request.Header.Set("Content-Type", kind)
	response, err := http.DefaultClient.Do(request)
	p.must(err)
	defer response.Body.Close()
	if response.StatusCode != http.StatusCreated {
		var said bytes.Buffer
		_, _ = said.ReadFrom(response.Body)
		p.t.Fatalf("%s: %s %s", path, response.Status, &said)
	}
}

const november = "runs/" + string(period) + "/"

func (p *pages) rule(key, value string) {
	p.post(p.boss, "policies", map[string]any{"key": key, "value": json.RawMessage(value), "valid_from": clock.Of(p).Today()}, "")
}
func (p *pages) channel(number int64, channel string) {
	p.post(p.maker, fmt.Sprintf("members/%d/channel", number), map[string]any{"channel": channel, "valid_from": "2026-10-01"}, "")
}
func (p *pages) plan(number int64, _, product string, parts, margin int64) {
	p.post(p.maker, "instalments", map[string]any{"member": number, "lines": []payroll.Good{{Product: product, Quantity: "1"}}, "parts": parts, "margin_rupiah": margin}, "")
}
func (p *pages) step(name string) {
	who := p.maker
	if name == "export" || name == "settle" {
		who = p.boss
	}
	p.post(who, november+name, map[string]any{}, "")
}
func (p *pages) answerObjection(id string, item, most int64) {
	p.post(p.maker, "objections/"+id+"/answer", map[string]any{"decision": "adjust", "items": []payroll.Ceiling{{Item: item, Most: money.Rupiah(most)}}, "text": "Benar, segini saja"}, "")
}
func (p *pages) answer(file string) { p.post(p.maker, november+"answer", map[string]any{}, file) }
func (p *pages) correct(file string) {
	p.post(p.maker, november+"corrections", map[string]any{"reason": "salah ketik"}, file)
	p.post(p.boss, november+"corrections/1/approve", map[string]any{}, "")
}
func (p *pages) receive(unit string, amount int64) {
	body := map[string]any{"unit": unit}
	if amount > 0 {
		body["amount_rupiah"] = amount
	}
	p.post(p.maker, november+"receive", body, "")
}
func (p *pages) resolve(unit string, amount int64) {
	p.post(p.boss, november+"resolve", map[string]any{"unit": unit, "kind": "written_off", "amount_rupiah": amount, "reason": "selisih kecil"}, "")
}
