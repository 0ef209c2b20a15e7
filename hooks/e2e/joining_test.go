package e2e_test

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"kpdk/hooks/internal/keys"
	"kpdk/hooks/internal/ulid"
)

// sign draws a stroke into the signature box, as a finger does.
const sign = `(() => { const c = e2e.stage().querySelector('.sign canvas'); const box = c.getBoundingClientRect();
	const at = (kind, x, y) => c.dispatchEvent(new PointerEvent(kind, { bubbles: true, pointerId: 1, clientX: box.left + box.width * x, clientY: box.top + box.height * y }));
	c.setPointerCapture = () => {}; at('pointerdown', .1, .6);
	for (let i = 1; i <= 40; i++) at('pointermove', .1 + i * .02, .5 + Math.sin(i / 3) * .25);
	at('pointerup', .9, .5); return true; })()`

func (p *person) signs() {
	p.t.Helper()
	p.until("a place to sign", `e2e.stage().querySelector('.sign canvas')`)
	p.eval(sign)
	p.until("the signature", `e2e.stage().querySelector('.sign canvas').getAttribute('aria-label') === `+quote(say("join.sign_there")))
}

// steps waits until a step stands there, at its beginning.
func (p *person) steps(texts ...string) {
	p.t.Helper()
	p.sees(texts...)
	p.until("the step's heading", `document.activeElement?.tagName === 'H1'`)
}

// dates fills in the one date that is asked for.
func (p *person) dates(date string) {
	p.t.Helper()
	p.until("the date", fmt.Sprintf(`(() => { const it = e2e.stage().querySelector('input[type=date]'); if (!it) return false; it.value = %s; it.dispatchEvent(new Event('input', { bubbles: true })); return true; })()`, quote(date)))
}

// TestAnInvitedPersonBecomesAMember: the manager hands over an invitation, a phone walks four steps in, the
// board accepts, and the member ends the mandate.
func TestAnInvitedPersonBecomesAMember(t *testing.T) {
	o := newOffice(t)
	e := &eyes{t, nil, axeSource(t)}
	ring, err := keys.Of(o)
	o.must(err)
	unit := o.Record("work_units", map[string]any{"code": "622801", "name": "Sekretariat Kementerian"})
	staff := func(name, nip, born string) string {
		return o.Record("employees", map[string]any{"name": name, "work_unit": unit.Id, "status": "civil_servant", "active": true, "birth_date": born,
			"nip_sealed": ring.Seal(nip), "nip_index": ring.Index("nip", nip)}).Id
	}
	rani := staff("Rani Wulandari", "198609262015052001", "1986-09-26")
	staff("Budi Santoso", "199205082023081001", "1992-05-08")
	o.Record("pages", map[string]any{"slug": "anggaran-dasar", "section": "statutes", "language": "id", "title": "Anggaran dasar singkat", "public": true,
		"body": "<p>Koperasi ini milik anggotanya. Setiap anggota punya satu suara.</p><h2>Simpanan</h2><p>Simpanan pokok dibayar sekali, simpanan wajib tiap bulan. Keduanya kembali waktu anggota keluar.</p><h2>Rapat</h2><p>Rapat anggota adalah kekuasaan tertinggi, paling sedikit sekali setahun.</p>"})
	o.post(o.manager, "/api/coop/members/invite", map[string]any{"id": ulid.New(), "employees": []string{rani}}, nil)

	desk := somebody(t, o.url, o.Now)
	desk.logIn("/kelola/", say("common.identity_email"), "manajer@contoh.id", secret)
	desk.goTo("/kelola/#/anggota")
	desk.takesFiles(t.TempDir())
	desk.press(say("office.letters"))
	desk.press("Rani Wulandari")
	e.look(desk, "letters to print", "id")
	desk.press(say("office.letters_n.one"))
	letter, err := os.ReadFile(desk.file())
	o.must(err)
	if !strings.HasPrefix(string(letter), "%PDF-") {
		t.Errorf("the letter is %.20q", letter)
	}
	desk.press(say("office.code_for", "name", "Rani Wulandari"))
	desk.press(say("office.code_make"))
	code := desk.until("the code", `e2e.plain(document.querySelector('.big-code')?.textContent)`)
	e.look(desk, "an invitation", "id")
	desk.press(say("common.close"))

	// The letter is scanned; its code is nowhere in sight afterwards.
	p := somebody(t, o.url, o.Now)
	p.size(phone, 800)
	p.goTo("/anggota/#/gabung/1/" + strings.ReplaceAll(code, "-", ""))
	p.steps(say("join.letter_read", "number", "0001"))
	if at := p.eval(`location.href`); strings.Contains(at, "/1/") {
		t.Errorf("the code stays in the address: %s", at)
	}
	e.look(p, "a letter", "id")
	p.size(phone, 800)
	p.press(say("join.use_digits"))
	p.fill(say("join.digits"), "2002")
	p.fill(say("common.password_new"), secret)
	p.press(say("join.go_on"))
	p.sees(say("fault.login.proof_refused"))
	p.complaints("400 http")
	p.fill(say("join.digits"), "2001")
	p.press(say("join.go_on"))
	p.steps(say("join.consent_heading"), "Rapat anggota adalah kekuasaan tertinggi", say("join.read_first"))
	p.press(say("join.statutes_read"))
	p.signs()
	e.look(p, "the consent", "id")
	p.size(phone, 800)
	p.press(say("join.go_on"))
	p.steps(say("join.mandate_ask"))
	p.press(say("join.mandate_yes"))
	p.fill(say("join.mandate_max"), "1500000")
	p.fill(say("join.mandate_voluntary"), "100000")
	p.signs()
	e.look(p, "the mandate", "id")
	p.size(phone, 800)
	// What was filled in outlives a reload, and back is the step before.
	p.eval(`location.reload()`)
	p.steps(say("join.mandate_ask"))
	p.until("the signature of before", `document.querySelector('.sign canvas')?.getAttribute('aria-label') === `+quote(say("join.sign_there")))
	p.press(say("join.step_back"))
	p.steps(say("join.consent_heading"))
	p.press(say("join.go_on"))
	p.steps(say("join.mandate_ask"))
	p.press(say("join.go_on"))
	p.steps(say("join.principal_ask"))
	p.press(say("join.pay_payroll"))
	p.choose(say("join.instalments"), "5 kali")
	e.look(p, "the principal savings", "id")
	p.size(phone, 800)
	p.press(say("join.send"))
	p.sees(say("join.path_board"), say("join.path_payroll", "n", 5))
	e.look(p, "the wait", "id")
	p.size(phone, 800)

	desk.goTo("/kelola/#/permohonan")
	desk.sees("Rani Wulandari", say("office.matched_digits"))
	e.look(desk, "applications", "id")
	desk.pressAt("tbody .check")
	desk.press(say("office.take_in_n.one"))
	desk.sees(say("office.take_in_when_paid"))
	e.look(desk, "the board's word", "id")
	desk.press(say("office.take_in_n.one"))
	desk.sees(say("office.applications_none_waiting"))
	desk.goTo("/kelola/#/anggota/1")
	desk.sees(say("office.event_consented"))
	desk.press(say("office.facts_do"))
	desk.fill(say("office.grade"), "III/c")
	desk.press(say("common.save"))
	desk.seesAt(".member-page", "III/c")
	desk.press(say("office.facts_do"))
	desk.dates("2026-12-01")
	desk.fill(say("office.grade"), "IV/a")
	desk.sees(say("office.holds_ahead", "date", "1 Desember 2026"))
	e.look(desk, "what changes of an employee", "id")
	desk.press(say("common.save"))
	desk.sees(say("office.from_date", "date", "1 Desember 2026"))
	e.look(desk, "one member", "id")
	desk.press(say("office.fact_cancel_of", "what", say("office.fact_grade")+" IV/a"))
	desk.seesAt("dialog", "III/c")
	e.look(desk, "what is taken back", "id")
	desk.press(say("office.fact_cancel_do"))
	desk.until("nothing ahead", `document.querySelector('.member-page') && !document.querySelector('.member-page .ahead')`)
	o.post(o.manager, "/api/coop/employees/move", map[string]any{"id": ulid.New(), "from": unit.Id, "to": o.Record("work_units", map[string]any{"code": "709901", "name": "Keuangan"}).Id, "valid_from": "2027-01-01"}, nil)
	desk.goTo("/kelola/#/anggota")
	desk.press(say("office.move"))
	desk.choose(say("office.move_from"), "Keuangan")
	desk.choose(say("office.move_to"), "Sekretariat")
	desk.sees(say("office.move_empty"))
	desk.dates("2027-01-15") // when they are there
	desk.sees(say("office.move_n", "n", "2"))
	e.look(desk, "a unit moves", "id")
	desk.press(say("office.move_cancel_title", "unit", "Keuangan"))
	desk.press(say("office.move_cancel_do", "n", "2"))
	desk.until("no move ahead", `document.querySelector('dialog[open] select') && !document.querySelector('.moves-ahead')`)
	desk.press(say("common.not_yet"))
	desk.content()

	p.eval(`document.dispatchEvent(new Event('visibilitychange'))`)
	p.until("her home", `document.querySelector('.bottom-tabs')`)
	p.sees(say("member.applicant_title"))
	e.look(p, "the home of an applicant", "id")
	p.size(phone, 800)
	p.goTo("/anggota/#/kuasa")
	p.sees("1.500.000", say("join.log_drawn"))
	e.look(p, "her mandate", "id")
	p.size(phone, 800)
	p.press(say("join.mandate_change"))
	p.until("the question", `document.querySelector('dialog[open]')`)
	e.look(p, "another amount", "id")
	p.press(say("common.not_yet"))
	p.press(say("join.revoke"))
	p.until("the question", `document.querySelector('dialog[open]')`)
	e.look(p, "what follows of revoking", "id")
	p.size(phone, 800)
	p.press(say("join.revoke"))
	p.sees(say("join.mandate_absent"), say("join.log_revoke"))
	p.content()
	o.Verify()

	// Somebody without a letter finds the way from the login, is refused plainly, and gets in.
	b := somebody(t, o.url, o.Now)
	b.size(phone, 800)
	b.goTo("/anggota/")
	b.press(say("member.join_own"))
	b.steps(say("join.own_title"))
	b.fill(say("join.name"), "Budi Santosa")
	b.fill(say("join.identity"), "199205082023081001")
	b.dates("1992-05-08")
	b.fill(say("common.password_new"), secret)
	b.press(say("join.go_on"))
	b.sees(say("fault.login.application_refused"))
	b.complaints("400 http")
	e.look(b, "an application of one's own", "id")
	b.size(phone, 800)
	b.fill(say("join.name"), "Budi Santoso, S.H.")
	b.press(say("join.go_on"))
	b.sees(say("join.consent_heading"))
	b.content()
	if status, _ := o.ask(o.token("members", "2"), http.MethodGet, "/api/coop/me/joining", nil); status != http.StatusOK {
		t.Error(fmt.Sprint("he is known as another: ", status))
	}
	o.takesInByHand(e, desk)
}

// takesInByHand: who came in without a letter stands out, is in nobody's crowd, and is taken in once all was checked.
func (o *office) takesInByHand(e *eyes, desk *person) {
	var way struct {
		Hash string `json:"statutes_hash"`
	}
	o.get(o.token("members", "2"), "/api/coop/me/joining", &way)
	o.post(o.token("members", "2"), "/api/coop/me/joining", map[string]any{"id": ulid.New(), "statutes": way.Hash, "consent": map[string]any{"how": "typed", "typed": "Budi Santoso"}, "principal": "cash"}, nil)
	desk.goTo("/kelola/#/permohonan")
	desk.sees("Budi Santoso", say("office.matched_number"))
	desk.until("no box for him", `!document.querySelector('tbody input[type=checkbox]')`)
	e.look(desk, "an application without a letter", "id")
	desk.press(say("office.check_take_in"))
	desk.sees(say("office.check_first"))
	e.look(desk, "what to check before", "id")
	for _, what := range []string{"asked", "signature", "card"} {
		desk.press(say("office.check_" + what))
	}
	desk.press(say("office.take_in_n.one"))
	desk.sees(say("office.applications_none_waiting"))
	desk.content()
	o.mandateOnPaper(e, desk)
}

// mandateOnPaper: what somebody signs at the office, who may have no login, and takes back there.
func (o *office) mandateOnPaper(e *eyes, desk *person) {
	desk.goTo("/kelola/#/anggota/2")
	desk.press(say("office.mandate_do"))
	desk.fill(say("office.mandate_reference"), "SK-7/2026")
	desk.sees(say("office.amount_missing"))
	desk.fill(say("office.mandate_max"), "700.000")
	e.look(desk, "a mandate on paper", "id")
	desk.press(say("common.save"))
	desk.sees(say("office.did_mandate", "name", "Budi Santoso"), say("office.mandate_at_most", "max", "700.000"))
	desk.press(say("office.mandate_off_do"))
	desk.fill(say("office.mandate_off_reference"), "CABUT-7/2026")
	e.look(desk, "revoking it on paper", "id")
	desk.press(say("office.mandate_off"))
	desk.sees(say("office.did_mandate_off", "name", "Budi Santoso"), say("office.mandate_revoked"))
	e.look(desk, "a member whose mandate ended", "id")
	desk.content()
}
