package e2e_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"

	"kpdk/hooks/internal/ulid"
)

// TestAMonthIsPlanned follows one month between the office and a member: goods on credit, the draft that the
// member looks into, an objection and its answer, the result, and what was deducted too much. Every new screen
// is looked at as all pages are.
func TestAMonthIsPlanned(t *testing.T) {
	s := newShop(t)
	fan := s.Product(ean("899552200003"), 480_000, 450_000, 300_000, 5)
	fan.Set("name", "Kipas angin meja")
	s.must(s.Save(fan))
	e := &eyes{t, &living{}, axeSource(t)}
	desk := somebody(t, s.url, s.Now)
	desk.logIn("/kelola/", say("common.identity_email"), "treasurer@contoh.id", secret)
	treasurer := s.token("operators", "treasurer@contoh.id")

	desk.goTo("/kelola/#/potong-gaji/angsuran/baru")
	desk.fill(say("office.member"), "Rani")
	desk.press("Rani Prameswari")
	desk.fill(say("plan.find_good"), "kipas")
	desk.press("Kipas angin meja")
	desk.fill(say("plan.times"), "3")
	desk.fill(say("plan.margin_in"), "30000")
	desk.sees("160.000", say("plan.at_once"))
	e.look(desk, "new credit", "id")
	desk.press(say("plan.make"))
	desk.sees(say("plan.schedule"), "30.000")
	e.look(desk, "credit", "id")
	desk.goTo("/kelola/#/potong-gaji/angsuran/baru") // small by itself, and not with what Rani took today
	desk.fill(say("office.member"), "Rani")
	desk.press("Rani Prameswari")
	desk.fill(say("plan.find_good"), "kipas")
	desk.press("Kipas angin meja")
	desk.sees(say("plan.at_once"))
	desk.fill("Kipas angin meja (pcs)", "4")
	desk.sees(say("plan.second_today", "earlier", "450.000", "small", "2.000.000"), say("plan.ask"))
	e.look(desk, "new credit that waits", "id")

	const period = "2026-12"
	run := "/api/coop/payroll/runs/" + period
	phone := s.phoneOf(t, s.url, s.rani)
	s.post(treasurer, run+"/draft", map[string]any{"id": ulid.New()}, nil)
	phone.sees(say("member.news_draft"))
	phone.goTo("/anggota/#/potongan/berikutnya")
	phone.sees(say("member.preview"), say("member.instalment_n", "n", 1, "of", 3), "160.000")
	phone.pressAt(".rec-open summary")
	e.look(phone, "preview", "id")
	phone.size(360, 800)
	phone.press(say("member.object"))
	phone.choose(say("member.object_what"), "24.000")
	phone.choose(say("member.object_why"), say("member.object_amount"))
	phone.fill(say("member.object_text"), "Saya beli satu, ditulis dua.")
	e.look(phone, "objecting", "id")
	phone.size(360, 800)
	phone.press(say("member.object_send"))
	phone.sees(say("member.did_object"), "Saya beli satu")

	desk.goTo("/kelola/#/potong-gaji/keberatan")
	desk.sees("Saya beli satu")
	e.look(desk, "objections", "id")
	desk.press(say("plan.answer"))
	desk.press(say("plan.decide_adjust"))
	desk.fill(say("plan.at_most", "what", "K1-00001 · 3 Nov"), "12000")
	desk.fill(say("plan.answer_text"), "Benar, satu saja. Satunya dikembalikan di kasir.")
	e.look(desk, "answering", "id")
	desk.press(say("plan.answer"))
	desk.sees(say("plan.objections_none"))
	phone.sees("Benar, satu saja", say("member.kept_objection", "amount", "12.000"))
	e.look(phone, "answered", "id")

	// The account for bank deductions: the member's own screen, and the office's, which asks for it only when told to.
	phone.goTo("/anggota/#/rekening")
	phone.sees(say("join.bank_none"))
	phone.size(360, 800)
	phone.press(say("join.bank_give"))
	phone.fill(say("join.bank_name"), "Bank Contoh")
	phone.fill(say("join.bank_number"), "0012 0034 0056")
	e.look(phone, "entering an account", "id")
	phone.size(360, 800)
	phone.press(say("common.save"))
	phone.sees("001200340056", say("join.bank_by_you"))
	e.look(phone, "account", "id")
	desk.goTo(fmt.Sprintf("/kelola/#/anggota/%d", raniNumber))
	desk.press(say("office.bank_show"))
	desk.sees("001200340056")
	e.look(desk, "member with an account", "id")

	// What was drafted by another rule is another list now, and says so until it is drafted again.
	s.post(s.manager, "/api/coop/payroll/policies", map[string]any{"id": ulid.New(), "key": "payroll.max_share_pct", "value": 45, "valid_from": "2026-11-30"}, nil)
	desk.goTo("/kelola/#/potong-gaji/" + period + "/tinjau?yang=objection")
	desk.sees(say("fault.payroll.draft_rules", "period", "Desember 2026"))
	desk.sees("Rani Prameswari", "12.000")
	e.look(desk, "review", "id")
	s.post(treasurer, run+"/draft", map[string]any{"id": ulid.New()}, nil)
	desk.goTo("/kelola/#/potong-gaji/kalender?tahun=2026")
	desk.sees(say("plan.rule_cutoff_day"))
	e.look(desk, "calendar", "id")

	var lines struct {
		Lines []struct {
			Requested int `json:"requested_rupiah"`
		}
	}
	s.get(treasurer, run+"/lines", &lines)
	desk.goTo("/kelola/#/potong-gaji/" + period)
	desk.sees(say("office.reason_payroll.before_cutoff", "cutoff", "Jumat, 20 Nov"))
	s.Travel(morning("2026-11-23"))
	treasurer = s.token("operators", "treasurer@contoh.id")
	s.post(treasurer, run+"/draft", map[string]any{"id": ulid.New()}, nil)
	desk.setClock()
	desk.do(chromedp.Reload())
	desk.sees(say("office.reason_payroll.preview_running", "until", "Rabu, 25 Nov"))
	s.post(s.manager, run+"/early", map[string]any{"id": ulid.New(), "reason": "Gaji dibayar lebih awal."}, nil)
	phone.goTo("/anggota/#/potongan/berikutnya")
	phone.sees(say("member.why_early"), "Gaji dibayar lebih awal.")
	e.look(phone, "locked early", "id")
	s.post(treasurer, run+"/lock", map[string]any{"id": ulid.New()}, nil)
	s.post(s.manager, run+"/export", map[string]any{"id": ulid.New()}, nil)
	s.post(treasurer, run+"/answer", map[string]any{"id": ulid.New(), "lines": []any{map[string]any{"member": raniNumber, "deducted_rupiah": lines.Lines[0].Requested + 7_000},
		map[string]any{"member": jokoNumber, "deducted_rupiah": 10_000, "reason": "cuti"}}}, nil)
	// Before the result is booked Rani pays some of it in cash; after it, an objection is granted.
	s.post(treasurer, "/api/coop/treasury/debt-payments", map[string]any{"id": ulid.New(), "member": raniNumber, "into": "cash", "amount_rupiah": 15_000}, nil)
	s.post(s.manager, run+"/settle", map[string]any{"id": ulid.New(), "close_unanswered": true}, nil)
	var months struct {
		Deductions []struct {
			Parts []struct {
				Item int64 `json:"item"`
				Kind string
			}
		}
	}
	rani := s.token("members", fmt.Sprint(raniNumber))
	s.get(rani, "/api/coop/me/deductions", &months)
	for _, part := range months.Deductions[0].Parts {
		if part.Kind == "instalment" {
			var said struct{ ID string }
			s.post(rani, "/api/coop/me/objections", map[string]any{"id": ulid.New(), "period": period, "item": part.Item, "code": "not_mine"}, &said)
			s.post(s.manager, "/api/coop/payroll/objections/"+said.ID+"/answer", map[string]any{"id": ulid.New(), "decision": "exclude", "text": "Kipasnya belum sampai."}, nil)
		}
	}

	phone.goTo("/anggota/#/potongan")
	phone.sees(say("member.excess"), say("member.excess_refund"), say("member.excess_asks"))
	phone.size(360, 800)
	phone.press(say("member.excess_refund"))
	phone.sees(say("member.excess_did_refund"))
	e.look(phone, "months", "id")
	for _, screen := range []string{"2026", "angsuran", period} {
		phone.goTo("/anggota/#/potongan/" + screen)
		phone.until(screen, fmt.Sprintf("location.hash.endsWith(%s) && document.querySelector('.appbar')", quote("/"+screen)))
		e.look(phone, "deductions "+screen, "id")
	}
	phone.sees(say("member.elsewhere"), "3.000", say("member.held_for_me"))
	desk.goTo("/kelola/#/potong-gaji/" + period + "/rincian")
	desk.press("Rani Prameswari")
	desk.sees(say("office.part_elsewhere", "amount", "3.000"))
	e.look(desk, "lines that add up", "id")
	// More came than was deducted: whoever made the list may ask for its return, and another books it.
	var now struct {
		Units []struct {
			Code     string
			Deducted int `json:"deducted_rupiah"`
		}
	}
	s.get(treasurer, run, &now)
	for _, u := range now.Units {
		s.post(treasurer, run+"/receive", map[string]any{"id": ulid.New(), "unit": u.Code, "amount_rupiah": u.Deducted + 5_000, "over": true}, nil)
		s.post(treasurer, run+"/resolve", map[string]any{"id": ulid.New(), "unit": u.Code, "kind": "returned", "amount_rupiah": 5_000, "reason": "Kelebihan transfer."}, nil)
	}
	desk.goTo("/kelola/#/potong-gaji/" + period + "/uang")
	desk.sees("Kelebihan transfer.", say("office.reason_payroll.resolution_own"))
	e.look(desk, "money for two", "id")

	desk.goTo("/kelola/#/kas")
	desk.sees(say("cash.owed_refunds"))
	desk.content(asked)
	phone.content(asked)
}
