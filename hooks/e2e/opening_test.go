package e2e_test

import (
	"os"
	"testing"
	"time"

	"kpdk/hooks/document"
	"kpdk/hooks/member"
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

// A staff list as an office sends it: tried first, what is refused named and given back; taken in, it is there. A list
// of members that holds papers brings people, and nobody's consent or mandate.
func TestAListOfPeopleComesIn(t *testing.T) {
	o := newOffice(t)
	e := &eyes{t, &living{}, axeSource(t)}
	boss := somebody(t, o.url, func() time.Time { return o.Now() })
	boss.logIn("/kelola/", say("common.identity_email"), "manajer@contoh.id", secret)
	boss.complaints()
	boss.takesFiles(t.TempDir())
	choose := func(name, text string) {
		boss.eval(`(() => { const list = new DataTransfer(); list.items.add(new File([` + quote(text) + `], ` + quote(name) + `, { type: 'text/csv' }));
			const input = document.querySelector('.drop input'); input.files = list.files; input.dispatchEvent(new Event('change', { bubbles: true })); })()`)
	}
	e.offices(boss, "impor/pegawai")
	choose("pegawai.csv", "NIP;Nama;Status;Gol;Kode Satker;Nama Satker;Gaji Bersih\n198609262015051001;Ani Contoh;PNS;III/a;622801;Sekretariat;5.000.000\n199205082023082001;Budi Contoh;PNS;III/b;622801;Sekretariat;6.000.000\n")
	boss.sees(say("office.import_good"))
	boss.press(say("office.import_take", "n", "2"))
	boss.sees(say("office.import_done"))

	boss.press(say("office.import_again"))
	choose("pegawai-baru.csv", "NIP;Nama;Status;Gol;Kode Satker;Nama Satker;Gaji Bersih\n198609262015051001;Ani Contoh;PNS;III/b;622802;Deputi Pengembangan Usaha;5.400.000\n199205082023082001;Budi Contoh;PNS;III/b;622801;Sekretariat;6.000.000\n3.2E+17;Citra Contoh;PNS;II/c;622801;Sekretariat;4.000.000\n199608182023211001;Dewi Contoh;PPPK;IX;622801;Sekretariat;4.500.000\n;JUMLAH;;;;;14.500.000\n")
	boss.sees(say("office.import_some"), say("office.import_changes"), "III/a", "III/b", "Deputi Pengembangan Usaha (622802)", say("fault.import.nip_mangled"))
	e.look(boss, "a staff list that was tried", "id")
	boss.press(say("office.import_refused_get"))
	back, err := os.ReadFile(boss.file())
	o.must(err)
	if table, err := document.ReadTable("", back, document.Limits{Known: member.StaffColumns}); err != nil || len(table.Rows) != 2 {
		t.Errorf("the refused rows came back as %v (%v)", table, err)
	}
	boss.press(say("office.import_take", "n", "2"))
	boss.sees(say("office.import_done"))
	e.look(boss, "a staff list that is in", "id")

	boss.goTo("/kelola/#/impor/anggota")
	choose("anggota.csv", "No Anggota;NIP;Nama;No Surat Kuasa;Tgl Surat Kuasa;Batas Potongan\n0007;198609262015051001;Ani Contoh;SK-1;2026-01-05;500.000\n0008;199205082023082001;Budi Contoh;;;\n0009;;Orang Luar;;;\n")
	boss.sees(say("office.import_some"), say("office.import_papers.one", "n", "1"))
	e.look(boss, "a list of members that was tried", "id")
	boss.press(say("office.import_take", "n", "2"))
	boss.sees(say("office.import_done"))
	var members, papers int
	o.must(o.DB().NewQuery("SELECT count(*), (SELECT count(*) FROM mandates) FROM members WHERE status = 'invited' AND number IN (7, 8)").Row(&members, &papers))
	if members != 2 || papers != 0 {
		t.Errorf("%d invited, %d mandates", members, papers)
	}
}
