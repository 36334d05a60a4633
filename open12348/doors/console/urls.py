"""The staff's door."""

from django.urls import path

from . import bench, desk, entry, matter, office, private, registry, sheets, staff, views

app_name = "console"
prefix = "console/"
urlpatterns = [
    path("", views.home, name="home"),
    path("sign-in/", entry.sign_in, name="sign-in"),
    path("second-factor/", entry.second_factor, name="second-factor"),
    path("password/", entry.password, name="password"),
    path("sign-out/", entry.sign_out, name="sign-out"),
    path("new/", desk.intake_page, name="intake"),
    path("new/hints/", desk.hints, name="hints"),
    path("new/answers/", desk.answers, name="answers"),
    path("new/draft/", desk.draft, name="draft"),
    path("search/", views.search, name="search"),
    path("cases/<str:code>/", matter.case, name="case"),
    path("cases/<str:code>/slip.pdf", matter.slip, name="slip"),
    path("cases/<str:code>/clock/<int:pk>/", matter.clock, name="clock"),
    path("cases/<str:code>/files/<int:pk>/", matter.file, name="file"),
    path("cases/<str:code>/private/", private.private_notes, name="private"),
    path("cases/<str:code>/private/hand-over/", private.hand_over, name="hand-over"),
    path("work/", bench.work, name="work"),
    path("work/<str:code>/", bench.bench, name="bench"),
    path("work/<str:code>/files/<str:name>", bench.file, name="bench-file"),
    path("work/<str:code>/tasks/<uuid:token>/", bench.task, name="task"),
    path("watch/", views.watch, name="watch"),
    path("watch/looks/", views.looks, name="looks"),
    path("rights/", views.rights, name="rights"),
    path("map/", office.tiles, name="map"),
    path("people/", office.people_here, name="people"),
    path("providers/", office.practitioners, name="providers"),
    path("providers/<int:pk>/", office.practitioner, name="provider"),
    path("providers/new/", registry.practitioner_new, name="provider-new"),
    path("providers/<int:pk>/edit/", registry.practitioner_edit, name="provider-edit"),
    path("organisations/", registry.organisation_list, name="organisations"),
    path("organisations/new/", registry.organisation_new, name="organisation-new"),
    path("organisations/<int:pk>/", registry.organisation, name="organisation"),
    path("places/", registry.place_list, name="places"),
    path("places/new/", registry.place_new, name="place-new"),
    path("places/<str:code>/", registry.place, name="place"),
    path("sheets/", sheets.all_sheets, name="sheets"),
    path("sheets/draft/<uuid:token>/", sheets.draft, name="sheet-draft"),
    path("sheets/draft/<uuid:token>/faulty/", sheets.faulty, name="sheet-faulty"),
    path("sheets/<slug:kind>/export/", sheets.export, name="sheet-export"),
    path("sheets/<slug:kind>/template/", sheets.template, name="sheet-template"),
    path("calendar/", office.calendar, name="calendar"),
    path("accounts/", staff.accounts_page, name="accounts"),
    path("accounts/<int:pk>/", staff.account, name="account"),
    path("tokens/", staff.tokens, name="tokens"),
]
