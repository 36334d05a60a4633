"""The resident's door, at the root."""

from django.urls import path

from . import asking, authentic, following, mine, posted, practitioners, private, shell, views

app_name = "portal"
prefix = ""
urlpatterns = [
    path("", views.home, name="home"),
    path("find/", views.find, name="find"),
    path("items/", views.items_list, name="items"),
    path("items/<str:code>/", views.item, name="item"),
    path("places/", views.places_near, name="places"),
    path("practitioners/", practitioners.find, name="practitioners"),
    path("notice/", views.notice, name="notice"),
    path("ask/", asking.ask, name="ask"),
    path("ask/draft/", asking.keep_draft, name="draft"),
    path("done/<str:code>/", asking.done, name="done"),
    path("progress/", following.progress, name="progress"),
    path("check/", authentic.check, name="check"),
    path("postings/", posted.shown, name="postings"),
    path("postings/list.json", posted.listed, name="postings-list"),
    path("me/sign-in/", mine.sign_in, name="sign-in"),
    path("me/sign-out/", mine.sign_out, name="sign-out"),
    path("me/", mine.mine, name="mine"),
    path("me/data/", mine.my_data, name="data"),
    path("me/data/download/", mine.download, name="download"),
    path("me/<str:code>/", mine.case, name="case"),
    path("me/<str:code>/clock/<int:pk>/", mine.clock, name="clock"),
    path("me/<str:code>/files/<int:pk>/", mine.file, name="file"),
    path("me/<str:code>/private/", private.private_notes, name="private"),
    path("offline/", shell.offline, name="offline"),
    path("sw.js", shell.worker, name="worker"),
    path("manifest.webmanifest", shell.manifest, name="manifest"),
]
