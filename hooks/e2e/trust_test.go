package e2e_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/ulid"
)

// TestAMemberSeesWhoLooked: officers open and change a member's record; the member finds each of them by day, person
// and work, hears of a login on another device at once, and reads the notices, which are read from then on.
func TestAMemberSeesWhoLooked(t *testing.T) {
	s := newShop(t)
	e := &eyes{t, nil, axeSource(t)}
	unit := s.Record("work_units", map[string]any{"code": "622801", "name": "Sekretariat Kementerian"})
	employee := s.Record("employees", map[string]any{"name": "Rani Prameswari", "work_unit": unit.Id, "grade": "III/a", "status": "civil_servant", "active": true})
	rani, err := s.FindRecordById("members", s.rani.Id)
	s.must(err)
	rani.Set("employee", employee.Id)
	s.must(s.UnsafeWithoutHooks().SaveNoValidate(rani))

	phone := s.phoneOf(t, s.url, s.rani)
	phone.until("the line for news", `performance.getEntriesByType('resource').some((r) => r.name.includes('/api/realtime'))`)
	s.token("members", fmt.Sprint(raniNumber)) // somebody, on a browser that keeps nothing
	phone.sees(say("member.news_device"))
	phone.until("the count on the bell", `document.querySelector('.bell b')?.textContent === '1'`)

	treasurer, supervisor := s.token("operators", "treasurer@contoh.id"), s.token("operators", s.hire(act.Supervisor, "Maria Nggadas"))
	one := fmt.Sprint("/api/coop/members/", raniNumber)
	for _, look := range []struct{ token, path string }{{treasurer, one}, {treasurer, one}, {treasurer, fmt.Sprintf("/api/coop/savings/members/%d/statement", raniNumber)}, {supervisor, one},
		{supervisor, "/api/coop/members"}, {treasurer, "/api/coop/ledger/reports/receivables"}, {s.manager, "/api/collections/members/records/" + s.rani.Id}} {
		s.get(look.token, look.path, &struct{}{})
	}
	if status, raw := s.ask(treasurer, "GET", "/api/coop/ledger/reports/receivables/file?format=csv", nil); status != 200 {
		t.Fatal(status, string(raw))
	}
	s.post(s.cashier, "/api/coop/store/cards/check", map[string]any{"member": raniNumber}, nil)
	s.post(s.manager, "/api/coop/employees/"+employee.Id+"/facts", map[string]any{"id": ulid.New(), "valid_from": "2026-11-01", "grade": "III/b"}, nil)
	s.post(s.manager, one+"/card", map[string]any{"id": ulid.New(), "reason": "lost"}, nil)
	s.post(treasurer, "/api/coop/savings/deposits", map[string]any{"id": ulid.New(), "member": raniNumber, "kind": "voluntary", "amount_rupiah": 50_000}, nil)
	phone.goTo("/anggota/#/")
	phone.until("both on the bell", `document.querySelector('.bell b')?.textContent === '2'`)
	e.look(phone, "home with notices", "id")

	phone.pressAt(".bell")
	phone.sees(say("member.notice_device_new"), say("member.notice_card_replaced"), say("member.notices_new"))
	e.look(phone, "notices", "id")
	settings := s.Settings()
	settings.SMTP.Enabled = true // letters stay with the test
	s.must(s.Save(settings))
	phone.do(chromedp.Reload())
	phone.press(say("member.notices_mail_confirm"))
	phone.sees(say("member.notices_mail_sent", "address", "rani@contoh.id"))
	phone.fill(say("member.notices_mail_code"), sixDigits.FindString(s.TestMailer.LastMessage().Text))
	e.look(phone, "confirming an address", "id")
	phone.press(say("member.notices_mail_prove"))
	phone.sees(say("member.notices_mail_to", "address", "rani@contoh.id"))
	phone.press(say("member.topic_payroll"))
	phone.until("the choice at the co-op", `fetch('/api/coop/me/notices', { headers: { Authorization: JSON.parse(localStorage.getItem('kpdk.members')).token } }).then(async (r) => (await r.json()).mail.topics.find((t) => t.topic === 'payroll').mail === false)`)
	e.look(phone, "what comes by e-mail", "id")
	phone.goTo("/anggota/#/")
	phone.until("an empty bell", `document.querySelector('.bell') && !document.querySelector('.bell b')`)
	phone.pressAt(".bell")
	phone.press(say("member.notice_card_replaced"))
	phone.until("the card", `location.hash === '#/kartu'`)

	phone.goTo("/anggota/#/data")
	phone.press(say("member.watch"))
	phone.sees("Yustina Kalembu", "Wening Astuti", "Maria Nggadas", say("member.role_manager"), say("member.via_statement"), say("member.act_member_set_facts"), "III/b")
	phone.until("what she looked at twice, once", `[...document.querySelectorAll('.watch-line')].filter((el) => el.closest('.watch-who').textContent.includes('Yustina') && el.textContent.includes(`+quote(say("member.via_profile"))+`)).length === 1`)
	e.look(phone, "who saw the data", "id")
	phone.press(say("member.watch_shared"))
	phone.sees(say("member.via_register"), say("member.via_report"))
	e.look(phone, "shared lists", "id")
	phone.content()

	desk := somebody(t, s.url, s.Now)
	desk.logIn("/kelola/", say("common.identity_email"), "supervisor@contoh.id", secret)
	desk.goTo(fmt.Sprint("/kelola/#/anggota/", raniNumber))
	desk.press(say("office.watch"))
	desk.sees(say("office.watch_title", "name", "Rani Prameswari"), "Wening Astuti", "manajer@contoh.id")
	e.look(desk, "who saw a member's data, at the office", "id")
	desk.content()
}
