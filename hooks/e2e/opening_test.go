package e2e_test

import (
	"testing"
	"time"
)

// Before anything else is in the books a list of balances is tried, and what is wrong with it is named.
func TestAnOpeningIsTried(t *testing.T) {
	o := newOffice(t)
	e := &eyes{t, &living{}, axeSource(t)}
	boss := somebody(t, o.url, func() time.Time { return o.Now() })
	boss.logIn("/kelola/", say("common.identity_email"), "manajer@contoh.id", secret)
	boss.complaints()
	e.offices(boss, "buku/saldo-awal")
	boss.eval(`(() => { const list = new DataTransfer(); list.items.add(new File(['jenis;kode;debit;kredit\nakun;1151;5.000;\nakun;3101;;7.000\nwajib;999999;;5'], 'saldo.csv', { type: 'text/csv' }));
		const input = document.querySelector('.drop input'); input.files = list.files; input.dispatchEvent(new Event('change', { bubbles: true })); })()`)
	boss.press(say("office.opening_try"))
	boss.sees(say("office.opening_bad"), say("office.differences"))
	e.look(boss, "an opening that is wrong", "id")
}
