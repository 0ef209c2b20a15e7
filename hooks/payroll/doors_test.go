package payroll_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/command"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/internal/web"
	"kpdk/hooks/ledger"
	"kpdk/hooks/payroll"
	"kpdk/hooks/savings"
)

// open serves the office's routes, and payroll's unless the house offers them already.
func (o *office) open() *httptest.Server {
	o.OnServe().BindFunc(func(se *core.ServeEvent) error {
		if !slices.ContainsFunc(web.Routes(se.App), func(r web.Route) bool { return strings.HasPrefix(r.Path, "/api/coop/payroll/") }) {
			web.Bind(se.App, se, payroll.Routes()...)
		}
		return se.Next()
	})
	server := o.Serve()
	payroll.Bind(o, payroll.Ports{})
	return server
}

func (o *office) call(server *httptest.Server, token, method, path, kind string, body io.Reader) (int, []byte, http.Header) {
	o.t.Helper()
	request, err := http.NewRequest(method, server.URL+"/api/coop/payroll/runs"+path, body)
	o.must(err)
	request.Header.Set("Authorization", token)
	request.Header.Set("Content-Type", kind)
	response, err := http.DefaultClient.Do(request)
	o.must(err)
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	o.must(err)
	return response.StatusCode, data, response.Header
}

func TestTheMonthOverHTTP(t *testing.T) {
	o := newOffice(t)
	o.hire(1, hired{max: 1_000_000})
	o.owe(1, ledger.ItemStore, "2026-10-02", 100_000)
	server := o.open()
	preparer, boss, watcher, cashier := o.Token(o.Operator(act.Treasurer)), o.Token(o.Manager()), o.Token(o.Operator(act.Supervisor)), o.Token(o.Operator(act.Cashier))
	post := func(token, step, body string) (int, payroll.Run) {
		t.Helper()
		status, data, _ := o.call(server, token, "POST", "/2026-11/"+step, "application/json", strings.NewReader(body))
		var run payroll.Run
		if status < 300 {
			o.must(json.Unmarshal(data, &run))
		}
		return status, run
	}
	keyed := func() string { return fmt.Sprintf(`{"id": %q}`, ulid.New()) }
	for name, c := range map[string]struct {
		token string
		want  int
	}{"nobody": {"", 401}, "a cashier": {cashier, 403}, "a supervisor": {watcher, 403}} {
		if status, _ := post(c.token, "draft", keyed()); status != c.want {
			t.Errorf("%s drafts: %d", name, status)
		}
	}
	if status, run := post(preparer, "draft", keyed()); status != 201 || run.State != "draft" || run.Requested != 100_000 || !run.May.Lock || run.PreparedBy.Role != act.Treasurer {
		t.Fatalf("draft: %d %+v", status, run)
	}
	key := keyed()
	if status, run := post(preparer, "lock", key); status != 201 || run.State != "locked" {
		t.Fatalf("lock: %d %+v", status, run)
	}
	if status, _ := post(preparer, "lock", key); status != 200 {
		t.Errorf("the same lock again: %d", status)
	}
	if status, data, _ := o.call(server, preparer, "GET", "/2026-11/files/622801.csv", "", nil); status != 409 || !bytes.Contains(data, []byte("payroll.same_person")) {
		t.Errorf("who prepared takes the list out of the house alone: %d", status)
	}
	if status, _ := post(preparer, "export", keyed()); status != 409 {
		t.Errorf("who prepared sends: %d", status)
	}
	status, data, head := o.call(server, boss, "GET", "/2026-11/files/622801.csv", "", nil)
	if status != 200 || !strings.Contains(string(data), nipOf(1)) || head.Get("Cache-Control") != "no-store" || !strings.Contains(head.Get("Content-Disposition"), "potong-gaji-2026-11-622801.csv") {
		t.Errorf("file: %d %v", status, head)
	}
	if status, data, _ := o.call(server, watcher, "GET", "/2026-11/files/622801.csv", "", nil); status != 403 || bytes.Contains(data, []byte(nipOf(1))) {
		t.Errorf("a supervisor reads NIPs: %d", status)
	}
	if status, _, _ := o.call(server, boss, "GET", "/2026-11/files/622801.exe", "", nil); status != 404 {
		t.Errorf("another kind of file: %d", status)
	}
	if status, run := post(boss, "export", keyed()); status != 201 || run.State != "sent" {
		t.Fatalf("export: %d", status)
	}

	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	o.must(w.WriteField("id", ulid.New()))
	part, err := w.CreateFormFile("file", "hasil.csv")
	o.must(err)
	fmt.Fprintf(part, "nip;dipotong;alasan\n%s;75.000;cuti\n198609262015051999;5.000;\n", nipOf(1))
	o.must(w.Close())
	status, data, _ = o.call(server, preparer, "POST", "/2026-11/answer", w.FormDataContentType(), &form)
	var report payroll.AnswerReport
	o.must(json.Unmarshal(data, &report))
	if status != 201 || report.Matched != 1 || len(report.Rejected) != 1 || report.Rejected[0].Code != "payroll.member_unknown" || report.Rejected[0].Message == "" || report.Run.State != "answered" {
		t.Fatalf("answer: %d %s", status, data)
	}
	if o.count("SELECT count(*) FROM payroll_unmatched WHERE row = 3 AND amount = 5000") != 1 {
		t.Error("the row without a member is not kept")
	}
	status, data, _ = o.call(server, preparer, "POST", "/2026-11/answer", "application/json", strings.NewReader(fmt.Sprintf(`{"id": %q, "lines": [{"member": 1, "deducted_rupiah": 80000, "reason": "on_leave"}, {"member": 1, "reason": "x"}]}`, ulid.New())))
	o.must(json.Unmarshal(data, &report))
	if status != 201 || report.Matched != 1 || report.Rejected[0].Code != "payroll.amount_missing" || report.Run.Deducted != 80_000 || report.Run.Remaining != 20_000 {
		t.Fatalf("answer in JSON: %d %s", status, data)
	}
	for _, bad := range []string{`{"id": "x", "lines": []}`, `{`, fmt.Sprintf(`{"id": %q}`, ulid.New())} {
		if status, data, _ := o.call(server, preparer, "POST", "/2026-11/answer", "application/json", strings.NewReader(bad)); status != 400 {
			t.Errorf("%s: %d %s", bad, status, data)
		}
	}
	if status, _ := post(preparer, "settle", keyed()); status != 409 {
		t.Errorf("who prepared settles: %d", status)
	}
	if status, run := post(boss, "settle", keyed()); status != 201 || run.State != "settled" || run.ApprovedBy.Role != act.Manager || run.Units[0].Received != 0 || !run.May.Receive {
		t.Fatalf("settle: %d %+v", status, run)
	}
	if status, _ := post(preparer, "receive", fmt.Sprintf(`{"id": %q, "unit": %q, "amount_rupiah": 0}`, ulid.New(), o.units["622801"])); status != 400 {
		t.Errorf("nothing arrives: %d", status)
	}
	if status, run := post(preparer, "receive", fmt.Sprintf(`{"id": %q, "unit": %q}`, ulid.New(), o.units["622801"])); status != 201 || run.State != "received" || run.Units[0].Received != 80_000 || len(run.Steps) != 6 {
		t.Errorf("receive: %d %+v", status, run)
	}
	status, data, _ = o.call(server, watcher, "GET", "/2026-11/lines?filter=partial", "", nil)
	var lines payroll.Lines
	o.must(json.Unmarshal(data, &lines))
	if status != 200 || len(lines.Lines) != 1 || lines.Lines[0].Remaining != 20_000 || lines.Lines[0].Reason != "on_leave" || lines.Next != 0 {
		t.Errorf("lines: %d %s", status, data)
	}
	for path, want := range map[string]int{"": 200, "/2026-11": 200, "/2026-12": 404, "/nonsense": 400, "/2026-11/lines?filter=all&unit=622802": 200, "/2026-11/lines?filter=x": 400} {
		if status, data, _ := o.call(server, watcher, "GET", path, "", nil); status != want {
			t.Errorf("%s: %d %s", path, status, data)
		}
	}
	o.verify()
}

// command calls a command of the room the way the console does.
func (o *office) command(name string, flags map[string]string, files ...command.File) (exit int, out string) {
	o.t.Helper()
	specs := payroll.Commands()
	spec := specs[slices.IndexFunc(specs, func(s command.Spec) bool { return s.Name == "payroll "+name })]
	var b bytes.Buffer
	all := map[string]string{"period": "2026-11", "lang": "id"}
	for _, f := range spec.Flags {
		if _, given := all[f.Name]; !given {
			all[f.Name] = f.Default
		}
	}
	for k, v := range flags {
		all[k] = v
	}
	call := &command.Call{Ctx: ctx, App: o, Flags: all, Files: files, Out: &b, Progress: func(int, int) {}, Save: func(path string, data []byte) error {
		return os.WriteFile(path, data, 0o600)
	}}
	exit, err := spec.Run(call)
	if err != nil {
		call.Refuse(err)
	}
	return exit, b.String()
}

func TestTheMonthAtTheConsole(t *testing.T) {
	o := newOffice(t)
	o.hire(1, hired{max: 1_000_000})
	o.hire(2, hired{})
	o.owe(1, ledger.ItemStore, "2026-10-02", 100_000)
	o.owe(2, ledger.ItemStore, "2026-10-02", 30_000)
	expect := func(exit, want int, out string, texts ...string) {
		t.Helper()
		if exit != want {
			t.Errorf("exit %d, want %d: %s", exit, want, out)
		}
		for _, text := range texts {
			if !strings.Contains(out, text) {
				t.Errorf("%q is not in:\n%s", text, out)
			}
		}
	}
	exit, out := o.command("lock", nil)
	expect(exit, command.Failed, out, "Buat drafnya dulu")
	exit, out = o.command("draft", nil)
	expect(exit, command.Done, out, "draf", "Rp 100.000 dari 1 anggota", "Tidak dipotong: 1 anggota, Rp 30.000")
	exit, out = o.command("export", nil)
	expect(exit, command.Failed, out, "belum dikunci")
	exit, out = o.command("lock", nil)
	expect(exit, command.Done, out, "dikunci")
	folder := t.TempDir()
	exit, out = o.command("export", map[string]string{"out": folder})
	expect(exit, command.Done, out, "terkirim", "622801")
	sheet, err := os.ReadFile(filepath.Join(folder, "potong-gaji-2026-11-622801.xlsx"))
	if err != nil || len(sheet) < 1000 {
		t.Errorf("the list: %d bytes, %v", len(sheet), err)
	}
	answer := command.File{Name: "hasil.csv", Data: []byte("no anggota,dipotong,alasan\n0001,60000,gaji kurang\n0099,1000,\n")}
	exit, out = o.command("settle", nil, answer)
	expect(exit, command.Partial, out, "2 baris: 1 cocok, 1 ditolak", "baris 3: Anggota ini tidak ada di daftar", "dibukukan", "dipotong Rp 60.000")
	exit, out = o.command("settle", nil, answer)
	expect(exit, command.Partial, out, "1 cocok")
	exit, out = o.command("settle", map[string]string{"json": "true"}, command.File{Name: "lain.csv", Data: []byte("no anggota,dipotong\n0001,70000\n")})
	expect(exit, command.Failed, out, "payroll.settled_line")
	exit, out = o.command("receive", map[string]string{"json": "true"})
	expect(exit, command.Done, out, `"state": "received"`)
	exit, out = o.command("receive", nil)
	expect(exit, command.Failed, out, "Tidak ada uang potongan")
	exit, out = o.command("answer", nil, command.File{Name: "x.pdf", Data: []byte("%PDF-1.7")})
	expect(exit, command.Failed, out, "bukan tabel")
	exit, out = o.command("draft", map[string]string{"period": "kapan"})
	expect(exit, command.Failed, out)
	o.verify()
}

func TestWhatAMemberSees(t *testing.T) {
	o := newOffice(t)
	o.hire(1, hired{max: 60_000})
	o.owe(1, ledger.ItemStore, "2026-10-02", 100_000)
	next, err := payroll.NextDeduction(act.Read(o), 1, "2026-10-05", 0)
	o.must(err)
	if next.Period != "2026-11" || next.Cutoff != "2026-10-20" || next.Total != 60_000 || next.Due != 150_000 || next.Refusal != "" {
		t.Errorf("next %+v", next)
	}
	o.promise()
	all, err := payroll.MemberDeductions(act.Read(o), 1)
	o.must(err)
	if len(all) != 1 || all[0].Requested != 60_000 || all[0].Answered || len(all[0].Parts) != 1 || all[0].Parts[0].Source != nil {
		t.Errorf("deductions %+v", all)
	}
	o.mandate(1, "revoke", "2026-11-04", 0)
	next, err = payroll.NextDeduction(act.Read(o), 1, "2026-11-05", 0)
	o.must(err)
	if next.Refusal != payroll.NoMandate || next.Total != 0 || next.Held != 60_000 {
		t.Errorf("without a mandate %+v", next)
	}
	pay, err := payroll.PayDateOf(act.Read(o), "2026-11-21")
	o.must(err)
	if pay != "2027-01-01" {
		t.Errorf("pay date %s", pay)
	}
}

// From the cut-off to the lock a member is told of the list that closed, drafted or not, and of the one
// after it only from the lock on. Where nothing was ever deducted, no list is late.
func TestTheListBetweenCutoffAndLockIsTheNext(t *testing.T) {
	o := newOffice(t)
	o.hire(1, hired{max: 500_000})
	o.owe(1, ledger.ItemStore, "2026-10-02", 100_000)
	told := func(on clock.Date) payroll.Next {
		t.Helper()
		next, err := payroll.NextDeduction(act.Read(o), 1, on, 0)
		o.must(err)
		return next
	}
	if next := told("2026-10-25"); next.Period != "2026-12" {
		t.Errorf("before the first list ever: %+v", next)
	}
	o.draft()
	for _, on := range []clock.Date{"2026-10-20", "2026-10-21", "2026-11-05"} {
		if next := told(on); next.Period != period || next.Total != 100_000 {
			t.Errorf("on %s a draft for November tells %+v", on, next)
		}
	}
	o.promise()
	if next := told("2026-11-20"); next.Period != "2026-12" {
		t.Errorf("on the cut-off %+v", next)
	}
	o.owe(1, ledger.ItemStore, "2026-11-19", 30_000)
	o.owe(1, ledger.ItemStore, "2026-11-23", 7_000)
	late := told("2026-11-23")
	if late.Period != "2026-12" || late.Cutoff != "2026-11-20" || late.Held == 0 {
		t.Errorf("after the cut-off, not yet drafted: %+v", late)
	}
	var sum money.Rupiah
	for _, part := range late.Parts {
		sum += part.Planned
	}
	if sum != late.Total {
		t.Errorf("the parts come to %v of %v", sum, late.Total)
	}
	if shop := late.Composition[len(late.Composition)-1]; shop.Kind != "store" || shop.Amount != 30_000 {
		t.Errorf("bought before the cut-off %+v", late.Composition)
	}
	if next := told("2026-12-02"); next.Period != "2027-01" {
		t.Errorf("a pay day that passed without a list: %+v", next)
	}
}

// What a member is told beforehand is what the draft then asks: savings that fall due are foreseen.
func TestWhatIsForeseenIsWhatIsDrafted(t *testing.T) {
	o := newHouse(t)
	o.hire(1, hired{max: 1_000_000})
	o.hire(2, hired{max: 120_000, pay: 200_000})
	for number := int64(1); number <= 2; number++ {
		o.do(func(tx *act.Tx) error {
			return tx.Exec("INSERT INTO mandates(member, kind, valid_from, max_rupiah, voluntary_rupiah, reference, act) VALUES(?, 'grant', '2024-02-02', ?, 75000, 'SK-2', ?)", number, 1_000_000/number, tx.ID())
		})
		o.owe(number, ledger.ItemStore, "2026-10-02", 40_000)
		o.owe(number, ledger.ItemMandatory, "2026-09-01", 5_000)
	}
	for number, ahead := range map[int64]money.Rupiah{3: 60_000, 4: 30_000} { // paid ahead of a month's 50.000
		o.hire(number, hired{max: 1_000_000})
		o.owe(number, ledger.ItemStore, "2026-10-02", 40_000)
		_, _, err := savings.MakeDeposit(ctx, o, ulid.New(), treasurer, savings.Deposit{Member: number, Kind: "mandatory", Amount: ahead})
		o.must(err)
	}
	ahead := func(number int64) money.Rupiah {
		ahead, err := savings.PaidAhead(act.Read(o), number)
		o.must(err)
		return ahead
	}
	var told []payroll.Next
	for number := int64(1); number <= 4; number++ {
		next, err := payroll.NextDeduction(act.Read(o), number, "2026-10-05", ahead(number))
		o.must(err)
		told = append(told, next)
	}
	o.draft()
	for i, next := range told {
		line := o.line(int64(i + 1))
		again, err := payroll.NextDeduction(act.Read(o), int64(i+1), "2026-10-05", ahead(int64(i+1)))
		o.must(err)
		if next.Total != line.Requested || next.Due != line.Due || next.Drafted || !again.Drafted || again.Total != next.Total || fmt.Sprint(again.Composition) != fmt.Sprint(next.Composition) {
			t.Errorf("told %+v, drafted %+v, told after it %+v", next, line, again)
		}
	}
	if told[0].Total != 5_000+50_000+40_000+75_000 || told[1].Total != 100_000 {
		t.Errorf("told %v and %v", told[0].Total, told[1].Total)
	}
	if told[2].Total != 40_000 || told[3].Total != 20_000+40_000 || ahead(3) != 10_000 || ahead(4) != 0 {
		t.Errorf("what was paid ahead is not asked for: %v and %v, left %v and %v", told[2].Total, told[3].Total, ahead(3), ahead(4))
	}
	o.draft()
	if n := o.count("SELECT count(*) FROM open_items WHERE kind = 'voluntary'"); n != 2 {
		t.Errorf("%d voluntary items after two drafts", n)
	}
}
