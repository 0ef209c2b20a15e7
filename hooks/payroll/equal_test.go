package payroll_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	gopath "path"
	"path/filepath"
	"strings"
	"testing"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/command"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
	"kpdk/hooks/member"
	"kpdk/hooks/payroll"
	"kpdk/hooks/store"
)

// desk does one month's steps, by whichever way.
type desk interface {
	rule(key, value string)
	channel(number int64, channel string)
	plan(number int64, code, product string, parts, margin int64)
	layout(unit, body string)
	account(number int64, body string)
	skip(period clock.Period, reason, text string)
	takeUp(period clock.Period)
	step(name string)
	photo(objection string, data []byte)
	answerObjection(id string, item, most int64)
	own(row, number int64)
	answer(file string)
	correct(file string)
	receive(unit string, amount int64)
	resolve(unit string, amount int64)
}

// apart is what differs between persons at a page and the console: who did it, and the limit that binds a person alone
// (docs/decisions/0004).
var apart = []string{"payroll_runs.prepared_by", "payroll_runs.prepared_role", "payroll_runs.approved_by", "payroll_runs.approved_role", "payroll_money.alone", "payroll_money.together"}

// TestTheConsoleDoesWhatThePagesDo: one month by routes and by commands leaves the same, row by row: the journal, the
// lists and their seals, layouts, skipped months, answers, rows without an owner, corrections, money, and what members
// are billed.
func TestTheConsoleDoesWhatThePagesDo(t *testing.T) {
	left := map[string]string{}
	for name, sit := range map[string]func(o *office) desk{"pages": atThePages, "console": func(o *office) desk { return &console{o} }} {
		o := newHouse(t)
		o.hire(1, hired{max: 1_000_000})
		o.hire(2, hired{max: 1_000_000, unit: "622802"})
		o.hire(3, hired{max: 1_000_000})
		fan := o.Record("products", map[string]any{"number": 1, "barcode": "8995522000015", "name": "Kipas angin", "unit": "pcs", "price_rupiah": 450_000, "member_price_rupiah": 400_000, "active": true})
		_, _, err := store.ReceiveGoods(ctx, o, ulid.New(), act.BySystem, store.GoodsInput{PaidBy: "cash", Lines: []store.GoodsInputLine{{Product: fan.Id, Quantity: "5", Cost: 300_000}}})
		o.must(err)
		o.owe(1, ledger.ItemStore, "2026-10-02", 100_000)
		item := o.owe(2, ledger.ItemStore, "2026-10-02", 200_000)
		o.owe(3, ledger.ItemStore, "2026-10-02", 50_000)
		d := sit(o)
		o.do(func(tx *act.Tx) error { // who looks is told how long
			return tx.Exec("INSERT INTO login_events(login, record, kind, act) SELECT 'members', id, 'code_used', ? FROM members", tx.ID())
		})
		d.rule("payroll.jump_rupiah", "300000")
		d.channel(3, "self")
		d.channel(1, "bank")
		d.account(1, `{"bank": "BRI", "account": "0021-01-000001-50-1", "holder": "PEGAWAI 1"}`)
		d.layout("622802", equalLayout)
		d.plan(1, "8995522000015", fan.Id, 3, 10_000)
		d.step("draft")
		said, _, err := payroll.Object(ctx, o, ulid.New(), act.Actor{ID: "m", Role: act.Member, Number: 2}, payroll.Objecting{Period: period, Item: item, Code: "amount"}, "")
		o.must(err)
		d.photo(said.ID, onePixel())
		d.answerObjection(said.ID, item, 150_000)
		d.step("early")
		d.step("lock")
		d.step("export")
		asked, err := payroll.RunOf(o, act.ByConsole, period)
		o.must(err)
		lines, err := payroll.LinesOf(act.Read(o), period, payroll.Page{Limit: 10})
		o.must(err)
		if len(lines.Lines) != 3 || lines.Lines[2].Excluded != payroll.SelfPayer || asked.Requested == 0 {
			t.Fatalf("%s: %+v", name, lines)
		}
		d.answer(fmt.Sprintf("nip;dipotong;alasan\n%s;%d;\n%s;100.000;cuti\n198609262015051999;7.000;\n", nipOf(1), lines.Lines[0].Requested, nipOf(2)))
		d.own(1, 0)
		d.step("settle")
		d.correct(fmt.Sprintf("nip;dipotong;alasan\n%s;120.000;cuti\n", nipOf(2)))
		d.receive("bank", 0)
		d.receive("622802", 119_000)
		d.resolve("622802", 1_000)
		o.Travel(day("2026-11-25"))
		run, err := payroll.RunOf(o, act.ByConsole, period)
		o.must(err)
		if run.State != payroll.StateReceived {
			t.Errorf("%s: the run is %s", name, run.State)
		}
		d.skip("2026-12", "decision", "Rapat pengurus")
		d.takeUp("2026-12")
		d.skip("2026-12", "no_pay", "")
		bills, err := payroll.Bills(act.Read(o), period, 0, 10)
		o.must(err)
		if len(bills.Bills) == 0 {
			t.Errorf("%s: nobody is billed", name)
		}
		left[name] = fmt.Sprintf("%s%+v\n", o.Trace(apart...), bills)
		o.verify()
	}
	for _, table := range []string{"journal_lines ", "payroll_lists ", "payroll_layouts ", "payroll_skips ", "payroll_unmatched ", "payroll_unmatched_decisions ", "payroll_corrected ", "payroll_money ", "payroll_parts ",
		"payroll_previews ", "objection_answers ", "instalment_parts ", "member_banks ", "policies ", "act_notes "} {
		if !strings.Contains(left["pages"], "\n"+table) {
			t.Errorf("the month leaves nothing in %s", table)
		}
	}
	pages, console := strings.Split(left["pages"], "\n"), strings.Split(left["console"], "\n")
	for i := range max(len(pages), len(console)) {
		if i >= len(pages) || i >= len(console) || pages[i] != console[i] {
			t.Fatalf("line %d, by the pages:\n%s\nby the console:\n%s", i, strings.Join(pages[i:min(i+8, len(pages))], "\n"), strings.Join(console[i:min(i+8, len(console))], "\n"))
		}
	}
}

const equalLayout = `{"format": "csv", "separator": "semicolon", "sheets": "one", "amounts": "plain", "titles": false, "header": true, "footer": true, "columns": [{"field": "nip", "title": "NIP"}, {"field": "total", "title": "Potongan"}]}`

func onePixel() []byte {
	var b bytes.Buffer
	_ = png.Encode(&b, image.NewGray(image.Rect(0, 0, 1, 1)))
	return b.Bytes()
}

// console is the desk at the command line.
type console struct{ *office }

func (c *console) run(name string, flags map[string]string, files ...command.File) {
	c.t.Helper()
	if exit, out := c.command(name, flags, files...); exit == command.Failed {
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
	if name == "early" {
		flags["reason"] = "Gaji dimajukan"
	}
	c.run(name, flags)
	c.run("show", nil)
}
func (c *console) answerObjection(id string, item, most int64) {
	c.run("objections", nil)
	c.run("answer-objection", map[string]string{"objection": id, "decision": "adjust", "items": fmt.Sprintf("%d=%d", item, most), "text": "Benar, segini saja"})
}
func (c *console) layout(unit, body string) {
	c.run("layout", map[string]string{"unit": unit}, command.File{Name: "susunan.json", Data: []byte(body)})
}
func (c *console) account(number int64, body string) {
	for _, s := range member.Commands() {
		if s.Name == "member bank" {
			call := &command.Call{Ctx: ctx, App: c.App, Flags: map[string]string{"member": fmt.Sprint(number), "lang": "id"}, Files: []command.File{{Name: "rekening.json", Data: []byte(body)}}, Out: io.Discard}
			_, err := s.Run(call)
			c.must(err)
		}
	}
}
func (c *console) skip(p clock.Period, reason, text string) {
	c.run("skip", map[string]string{"period": string(p), "reason": reason, "text": text})
}
func (c *console) takeUp(p clock.Period) { c.run("take-up", map[string]string{"period": string(p)}) }
func (c *console) photo(objection string, data []byte) {
	c.run("objection-photo", map[string]string{"objection": objection}, command.File{Name: "foto.png", Data: data})
	folder := c.t.(*testing.T).TempDir()
	c.run("objection-photo", map[string]string{"objection": objection, "out": folder})
	if raw, err := os.ReadFile(filepath.Join(folder, "foto-"+objection+".png")); err != nil || !bytes.Equal(raw, data) {
		c.t.Errorf("the photo came back with %d of %d bytes: %v", len(raw), len(data), err)
	}
}
func (c *console) own(row, number int64) {
	c.run("unmatched", map[string]string{"row": fmt.Sprint(row), "reason": "salah ketik"})
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
	request, err := http.NewRequest("POST", p.url+gopath.Join("/api/coop/payroll", path), &raw)
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
	who, body := p.maker, map[string]any{}
	if name == "export" || name == "settle" || name == "early" {
		who = p.boss
	}
	if name == "early" {
		body["reason"] = "Gaji dimajukan"
	}
	p.post(who, november+name, body, "")
}
func (p *pages) answerObjection(id string, item, most int64) {
	p.post(p.maker, "objections/"+id+"/answer", map[string]any{"decision": "adjust", "items": []payroll.Ceiling{{Item: item, Most: money.Rupiah(most)}}, "text": "Benar, segini saja"}, "")
}
func (p *pages) layout(unit, body string) {
	p.post(p.maker, "layouts", map[string]any{"unit": unit, "layout": json.RawMessage(body)}, "")
}
func (p *pages) account(number int64, body string) {
	var in map[string]any
	p.must(json.Unmarshal([]byte(body), &in))
	p.post(p.maker, fmt.Sprintf("../members/%d/bank", number), in, "")
}
func (p *pages) skip(month clock.Period, reason, text string) {
	p.post(p.maker, "runs/"+string(month)+"/skip", map[string]any{"reason": reason, "text": text}, "")
}
func (p *pages) takeUp(month clock.Period) {
	p.post(p.maker, "runs/"+string(month)+"/take-up", map[string]any{}, "")
}
func (p *pages) photo(objection string, data []byte) {
	who, err := p.FindFirstRecordByData("members", "number", 2)
	p.must(err)
	p.post(p.Token(who), "../me/objections/"+objection+"/photo", map[string]any{}, string(data))
}
func (p *pages) own(row, _ int64) {
	p.post(p.maker, november+fmt.Sprint("unmatched/", row), map[string]any{"reason": "salah ketik"}, "")
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
